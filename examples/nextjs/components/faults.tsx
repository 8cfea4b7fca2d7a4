'use client';

import {RUMErrorBoundary} from '@otelcol-rum/browser/react';
import {useState} from 'react';

function Recommendations({broken}: {broken: boolean}) {
  if (broken) throw new TypeError('no recommendations today');
  return <p>People who bought this also bought a spoon.</p>;
}

function throwLater() {
  throw new RangeError('nobody handles this');
}

/** One error that a boundary catches, and one that nobody does. */
export function Faults() {
  const [broken, setBroken] = useState(false);
  const fallback = ({reset}: {reset: () => void}) => (
    <div role="alert">
      <p>The recommendations are not available.</p>
      <button onClick={reset}>Try again</button>
    </div>
  );
  return (
    <>
      <RUMErrorBoundary fallback={fallback} onReset={() => setBroken(false)}>
        <Recommendations broken={broken} />
      </RUMErrorBoundary>
      <button id="render" onClick={() => setBroken(true)}>Break the recommendations</button>
      <button id="throw" onClick={throwLater}>Throw in a handler</button>
    </>
  );
}
