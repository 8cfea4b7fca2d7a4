import type {Reporter, TestModule, TestSuite} from 'vitest/node';

/** Prints, after the tests, each mistake with the clients that made it and were noticed. */
export default class MistakesTable implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const suites = modules
      .filter(({moduleId}) => moduleId.includes('/test/mistakes/'))
      .flatMap(({children}) => [...children.suites()]);
    if (!suites[0]) return;
    const rows = suites.map(rowOf);
    const width = Math.max(...rows.map(({mistake}) => mistake.length));
    for (const {mistake, holds, noticed, wrong} of rows) {
      console.log(`${holds ? '✓' : '×'} ${mistake.padEnd(width)}  ${noticed.length} of ${wrong}: ${noticed.join(' · ')}`);
    }
    const sum = (count: (row: (typeof rows)[number]) => number) => rows.reduce((total, row) => total + count(row), 0);
    const [made, noticed] = [sum(({holds}) => +!holds), sum((row) => row.noticed.length)];
    console.log(`mistakes: ${rows.length}, of which ours makes ${made}; of ${sum(({wrong}) => wrong)} clients that make them ${noticed} are noticed`);
  }
}

/** The first test of a mistake is ours, every other one a client that makes it. */
function rowOf({name: mistake, children}: TestSuite) {
  const [ours, ...wrong] = [...children.tests()];
  const passed = wrong.filter((test) => test.result().state == 'passed');
  return {
    mistake,
    holds: ours.result().state == 'passed',
    noticed: passed.map(({name}) => name.replace('is noticed: ', '')),
    wrong: wrong.length,
  };
}
