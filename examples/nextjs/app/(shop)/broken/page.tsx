import type {Metadata} from 'next';
import {Faults} from '../../../components/faults';

export const metadata: Metadata = {title: 'Errors'};

export default function Broken() {
  return (
    <>
      <h1>Things that go wrong</h1>
      <Faults />
    </>
  );
}
