import Link from 'next/link';

export const generateStaticParams = () => [{slug: 'oolong'}, {slug: 'private'}];

export default async function Note({params}: {params: Promise<{slug: string}>}) {
  const {slug} = await params;
  return (
    <article>
      <h1>A note: {slug}</h1>
      <Link href="/with-vercel">All notes</Link>
    </article>
  );
}
