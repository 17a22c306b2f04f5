// One command: `npm run build` writes ../static/dist and manifest.json, which assets.py reads.
import { build } from 'esbuild';
import fs from 'node:fs/promises';
import path from 'node:path';

const out = '../static/dist';

await fs.rm(out, { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: ['app', 'form', 'diagram'].map(name => `src/${name}.js`),
  outdir: out,
  bundle: true,
  format: 'esm',
  splitting: true,
  minify: true,
  target: ['chrome90', 'firefox102', 'safari15'],
  entryNames: '[name]-[hash]',
  chunkNames: 'chunk-[hash]',
  legalComments: 'linked',
  metafile: true,
  logLevel: 'warning'
});
const outputs = metafile.outputs;

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
  Object.entries(outputs).filter(([, output]) => output.entryPoint).map(entry)
);
await fs.writeFile(path.join(out, 'manifest.json'), JSON.stringify(manifest, null, 1));
