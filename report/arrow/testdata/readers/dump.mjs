// Prints Arrow files as text, the same for every implementation: a line for the
// metadata, one for the fields, then one for each row.
//
//   node dump.mjs apache-arrow|flechette FILE…
import { readFileSync } from 'node:fs';

const library = process.argv[2];

function cell(v) {
  if (v === null || v === undefined) return null;
  if (typeof v === 'string') return 's:' + v;
  if (typeof v === 'boolean' || typeof v === 'number' || typeof v === 'bigint') return String(v);
  if (v instanceof Uint8Array) return Buffer.from(v).toString('hex');
  if (v instanceof Date) return String(v.getTime());
  return Array.from(v, cell);
}

function dump(fields, metadata, rows, at) {
  const out = [];
  out.push('metadata ' + JSON.stringify(Array.from(metadata ?? [])));
  out.push('fields ' + JSON.stringify(fields));
  for (let i = 0; i < rows; i++) out.push(JSON.stringify(fields.map((_, c) => cell(at(c, i)))));
  return out.join('\n') + '\n';
}

async function read(file) {
  const bytes = readFileSync(file);
  if (library === 'apache-arrow') {
    const { tableFromIPC } = await import('apache-arrow');
    const t = tableFromIPC(bytes);
    const columns = t.schema.fields.map((_, c) => t.getChildAt(c));
    return dump(t.schema.fields.map((f) => f.name), t.schema.metadata, t.numRows, (c, i) => columns[c].get(i));
  }
  const { tableFromIPC } = await import('@uwdata/flechette');
  const t = tableFromIPC(bytes, { useBigInt: true });
  const columns = t.schema.fields.map((_, c) => t.getChildAt(c));
  return dump(t.schema.fields.map((f) => f.name), t.schema.metadata, t.numRows, (c, i) => columns[c].at(i));
}

for (const file of process.argv.slice(3)) process.stdout.write(await read(file));
