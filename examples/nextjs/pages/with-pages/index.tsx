import Head from 'next/head';
import Link from 'next/link';

export default function Home() {
  return (
    <main>
      <Head><title>Pages on tea</title><link rel="icon" href="data:," /></Head>
      <h1>Pages on tea</h1>
      <Link href="/with-pages/oolong">Oolong</Link>
    </main>
  );
}
