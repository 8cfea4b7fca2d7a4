import Link from 'next/link';
import {SignUp} from '../../../components/vercel';

export default function Home() {
  return (
    <>
      <h1>Notes on tea</h1>
      <ul>
        <li><Link href="/with-vercel/notes/oolong">Oolong</Link></li>
        <li><Link href="/with-vercel/notes/private">Of my own</Link></li>
      </ul>
      <SignUp />
    </>
  );
}
