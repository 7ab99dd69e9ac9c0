// Builds what the pages load into dist/, which the Go package embeds: bundles with
// hashed names, their gzip forms only (the server expands them for the rare client
// without gzip), and manifest.json, from a name to its hashed file.
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { gzipSync, constants } from 'node:zlib';
import { readFile, writeFile, readdir, rm } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';

const out = new URL('dist/', import.meta.url).pathname;
for (const f of await readdir(out)) if (f !== '.gitignore') await rm(join(out, f), { recursive: true });

const result = await build({
  entryPoints: ['src/base.ts', 'src/carte.ts', 'src/verifier.ts', 'src/import.ts', 'src/adresse.ts', 'src/css/main.css', 'src/css/carte.css', 'src/css/theme.css'],
  bundle: true, minify: true, format: 'esm', target: ['es2022', 'chrome115', 'firefox115', 'safari16.4'],
  outdir: out, write: false, metafile: true, legalComments: 'eof', charset: 'utf8',
  entryNames: '[name]-[hash]', assetNames: '[name]-[hash]', publicPath: '.', // beside the style sheet, under whatever path the service lives
  loader: { '.woff2': 'file', '.svg': 'file' },
});
const manifest = {};
const save = async (name, file, bytes) => {
  if (name) manifest[name] = file;
  // A font is compressed already.
  if (extname(file) === '.woff2') return writeFile(join(out, file), bytes);
  await writeFile(join(out, file + '.gz'), gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION }));
};
for (const f of result.outputFiles) {
  const file = basename(f.path);
  const name = extname(file) === '.woff2' ? 'font.woff2' : file.replace(/-[A-Z0-9]{8}(\.\w+)$/, '$1');
  await save(name, file, f.contents);
}
// The map's worker is a file of its own, as the content security policy asks.
for (const [name, path] of [['maplibre-worker.js', 'node_modules/maplibre-gl/dist/maplibre-gl-worker.mjs'], ['favicon.svg', 'src/favicon.svg']]) {
  const bytes = await readFile(new URL(path, import.meta.url));
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 8).toUpperCase();
  await save(name, name.replace(/(\.\w+)$/, `-${hash}$1`), bytes);
}
await writeFile(join(out, 'manifest.json'), JSON.stringify(manifest, null, 1) + '\n');
