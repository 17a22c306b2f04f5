// One command: `npm run build` writes ../static/dist and manifest.json, which assets.py reads.
import { build } from 'esbuild';
import fs from 'node:fs/promises';
import path from 'node:path';

const out = '../static/dist';
const nested = name => path.resolve('node_modules/@bpmn-io/form-js-editor/node_modules', name);

// The form editor has no translation hook: its literals are wrapped while bundling. The mark of
// bpmn.io stays as it is.
const LITERAL = /\b(label|name|title|description|placeholder|children|tooltip|text|"aria-label"|emptyText): (['"])([A-Z](?:(?!\2)[^\\\n])*)\2/g;
const RETURNED = /return '(Field label|Group label|Key|Image description|Document title|Table label|Title|Text|Label|Date label|Time label|Form|Must be number|Must not be empty|Must not cause two binding paths to collide|Should be a valid number|Expression is empty)';/g;
const CHILD = /"((?:Text|Html) view is (?:templated|empty)|A comma-separated list of|file type specifiers)"/g;
const ASSIGNED = /\b(label|description) = '((?:Hide|Deactivate|Condition under)[^']*)';/g;
const INTERNAL = /^(Powered by bpmn\.io|Root|FilterContext|VariableName|PathExpression|Context|Name|Key|InExpression|Type)$/;
const wrap = (whole, key, quote, text) => (
  (key === 'name' || text.startsWith('Powered')) && INTERNAL.test(text)
    ? whole
    : `${key}: gcTranslate(${quote}${text}${quote})`
);
const translated = {
  name: 'translated',
  setup({ onLoad }) {
    onLoad({ filter: /form-js-(editor|viewer)\/dist\/index\.es\.js$/ }, async ({ path: file }) => {
      const source = await fs.readFile(file, 'utf8');
      const contents = source.replace(LITERAL, wrap)
        .replace(RETURNED, "return gcTranslate('$1');").replace(CHILD, 'gcTranslate("$1")')
        .replace(ASSIGNED, "$1 = gcTranslate('$2');");
      return { loader: 'js', contents };
    });
  }
};

// Nor has the simulation of tokens.
const SIMULATED = ['Toggle Simulation Log', 'Reset Simulation', 'Play/Pause Simulation', 'Set Sequence Flow', 'Trigger Event', 'Simulation Log', 'No Entries', 'Pause Simulation', 'Play Simulation', 'Found unsupported elements', 'Not supported', 'Finished', 'Process', 'SubProcess', 'Service Task', 'User Task', 'Call Activity', 'Business Rule Task', 'Receive Task', 'Send Task', 'Task', 'Exclusive Gateway', 'Parallel Gateway', 'Inclusive Gateway', 'Start Event', 'Intermediate Event', 'Boundary Event', 'End Event', 'Token Simulation'];
const simulated = {
  name: 'simulated',
  setup({ onLoad }) {
    onLoad({ filter: /bpmn-js-token-simulation\/lib\/.*\.js$/ }, async ({ path: file }) => {
      let contents = (await fs.readFile(file, 'utf8')).replace(/domify\('([^'\n]*)'\)/g, 'domify(`$1`)');
      for (const phrase of SIMULATED) {
        const said = `gcSimulated('${phrase}')`;
        contents = contents.replaceAll(`title="${phrase}"`, `title="\${ ${said} }"`)
          .replaceAll(`text: '${phrase}'`, `text: ${said}`)
          .replaceAll(`|| '${phrase}'`, `|| ${said}`).replaceAll(`: '${phrase}'\n`, `: ${said}\n`)
          .replaceAll(`>${phrase}<`, `>\${ ${said} }<`)
          .replaceAll(`${phrase} <span`, `\${ ${said} } <span`)
          .replaceAll(` ${phrase}\n `, ` \${ ${said} }\n `);
      }
      contents = contents.replaceAll('Set animation speed = ', "${ gcSimulated('Set animation speed') } = ")
        .replaceAll("${ wait ? 'Remove' : 'Add' } pause point", "${ gcSimulated(wait ? 'Remove pause point' : 'Add pause point') }")
        .replaceAll('Focus process instance', "${ gcSimulated('Focus process instance') }");
      return { loader: 'js', contents };
    });
  }
};

// CodeMirror writes its rules into <style> elements, which our policy refuses; it can do without.
const sheets = {
  name: 'sheets',
  setup({ onLoad }) {
    onLoad({ filter: /style-mod\/src\/style-mod\.js$/ }, async ({ path: file }) => {
      const source = await fs.readFile(file, 'utf8');
      return { loader: 'js', contents: source.replace('!root.head && root.adoptedStyleSheets', 'root.adoptedStyleSheets') };
    });
  }
};

const common = {
  outdir: out,
  bundle: true,
  format: 'esm',
  minify: true,
  target: ['chrome90', 'firefox102', 'safari15'],
  entryNames: '[name]-[hash]',
  chunkNames: 'chunk-[hash]',
  legalComments: 'linked',
  loader: { '.woff': 'dataurl', '.woff2': 'dataurl', '.ttf': 'empty', '.eot': 'empty', '.svg': 'dataurl' },
  plugins: [sheets, simulated],
  inject: ['src/simulation-words.js'],
  metafile: true,
  logLevel: 'warning'
};
const entries = (...names) => names.map(name => `src/${name}.js`);

await fs.rm(out, { recursive: true, force: true });
const { metafile } = await build({
  ...common,
  entryPoints: entries('app', 'form', 'diagram', 'modeler', 'simulation', 'tables'),
  splitting: true
});
// The form editor builds on an older viewer with a preact of its own: a bundle for itself.
const formEditor = await build({
  ...common,
  entryPoints: entries('form-editor'),
  alias: {
    '@bpmn-io/form-js-viewer': nested('@bpmn-io/form-js-viewer'),
    preact: nested('preact')
  },
  inject: ['src/workshop/literals.js'],
  plugins: [sheets, translated]
});
const outputs = { ...metafile.outputs, ...formEditor.metafile.outputs };

// The typeface of official papers (server/work/papers/pdf.py).
const fonts = '../../work/papers/fonts';
await fs.mkdir(fonts, { recursive: true });
await fs.copyFile(
  'node_modules/@expo-google-fonts/noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf',
  `${fonts}/NotoSerifSC.ttf`
);

function chunksOf(file, seen = new Set()) {
  for (const { path: chunk, kind } of outputs[file].imports) {
    if (kind !== 'import-statement' || seen.has(chunk)) continue;
    seen.add(chunk);
    chunksOf(chunk, seen);
  }
  return [...seen];
}

const entry = ([file, { entryPoint, cssBundle }]) => [
  path.basename(entryPoint, '.js'),
  {
    js: path.basename(file),
    preload: chunksOf(file).map(chunk => path.basename(chunk)),
    css: cssBundle ? path.basename(cssBundle) : null
  }
];
const manifest = Object.fromEntries(
  Object.entries(outputs).filter(([, output]) => output.entryPoint?.startsWith('src/')).map(entry)
);
await fs.writeFile(path.join(out, 'manifest.json'), JSON.stringify(manifest, null, 1));
