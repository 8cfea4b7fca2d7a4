// Writes every dashboard down as a value of Grafana's type Dashboard, with the options of each panel as
// those of its kind, and lets the TypeScript compiler find what does not fit: unknown fields, wrong values.
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const here = fileURLToPath(new URL('.', import.meta.url));
const composable = './node_modules/@grafana/schema/dist/esm/raw/composable';

/** Kinds of panels, and the file that has their options. */
const kinds = { timeseries: 'TimeSeries', stat: 'Stat', bargauge: 'BarGauge', heatmap: 'Heatmap', table: 'Table', logs: 'Logs' };

const imports = Object.entries(kinds).map(([kind, name]) => `import type * as ${kind} from '${composable}/${kind}/panelcfg/x/${name}PanelCfg_types.gen';`);

// In JSON an enum is its value.
const head = `import type { Dashboard } from '@grafana/schema';
${imports.join('\n')}
type Plain<T> = 0 extends 1 & T ? T : T extends string ? \`\${T}\` : T extends number ? (number extends T ? number : \`\${T}\` extends \`\${infer N extends number}\` ? N : never) :
  T extends (infer U)[] ? Plain<U>[] : T extends object ? { [K in keyof T]: Plain<T[K]> } : T;
`;

const dashboards = readdirSync(`${here}..`).filter((file) => file.endsWith('.json'));
const values = dashboards.map((file, i) => {
  const text = readFileSync(`${here}../${file}`, 'utf8');
  const panels = JSON.parse(text).panels.filter((panel) => panel.type !== 'row');
  const options = panels.map((panel, n) => `const options_${i}_${n}: Plain<Partial<${panel.type}.Options>> = ${JSON.stringify(panel.options)}; // ${file}: ${panel.title}`);
  return `// ${file}\nconst dashboard_${i}: Plain<Dashboard> = ${text};\n${options.join('\n')}`;
});

const path = `${here}dashboards.ts`;
const text = `${head}${values.join('\n')}\nexport {};\n`;
const options = { strict: true, noEmit: true, skipLibCheck: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler, types: [] };
const host = ts.createCompilerHost(options);
const { getSourceFile, readFile, fileExists } = host;
host.fileExists = (name) => name === path || fileExists(name);
host.readFile = (name) => (name === path ? text : readFile(name));
host.getSourceFile = (name, ...rest) => (name === path ? ts.createSourceFile(name, text, rest[0]) : getSourceFile(name, ...rest));

const found = ts.getPreEmitDiagnostics(ts.createProgram([path], options, host));
if (found.length) {
  console.error(ts.formatDiagnostics(found, { ...host, getCanonicalFileName: (name) => name, getNewLine: () => '\n' }));
  process.exitCode = 1;
} else {
  console.log(`${dashboards.length} dashboards have the types of @grafana/schema`);
}
