type Cell = string | number;

/** Prints rows as a Markdown table that can also be read as it is. */
export function print(title: string, rows: Record<string, Cell>[]): void {
  const columns = Object.keys(rows[0]);
  const lines = [columns, ...rows.map((row) => columns.map((column) => String(row[column])))];
  const widths = columns.map((_, at) => Math.max(...lines.map((line) => line[at].length)));
  const format = (line: string[]) => `| ${line.map((cell, at) => (at ? cell.padStart(widths[at]) : cell.padEnd(widths[at]))).join(' | ')} |`;
  const rule = `|${widths.map((width, at) => '-'.repeat(width + 1) + (at ? ':' : '-')).join('|')}|`;
  const [head, ...body] = lines.map(format);
  console.log(['', title, '', head, rule, ...body].join('\n'));
}

export const bytes = (count: number) => count.toLocaleString('en');
export const ms = (time: number) => time.toFixed(1);
export const times = (value: number, of: number) => (value / of).toFixed(value < of * 9.95 ? 1 : 0);
