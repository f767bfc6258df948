// Makes demo/names/*.csv from three public lists (demo/README.md names them and their licences):
//   node tools/demo-names/make.mjs <folder with the lists>
// Names are regrouped into four regions of a country that does not exist, so that given, father's
// and family names of different places meet at random and nobody is meant.
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

const regions = {
  rivers: {names: ['AE'], places: ['IRQ'], ownScript: true},
  coast: {names: ['EG', 'IQ', 'LB', 'MA', 'TN', 'JO', 'DZ'], places: ['LBN', 'TUN']},
  plains: {names: ['ML', 'SN', 'CM', 'GH', 'PH'], places: ['MLI', 'NER']},
  hills: {names: ['NP', 'BD', 'IN'], places: ['NPL', 'BGD']},
};

const clean = (text) => (text ?? '').trim().replace(/[",]/g, ' ').replace(/\s+/g, ' ');

function rows(file) {
  const text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  const [head, ...lines] = text.split(/\r?\n/).filter(Boolean).map((line) => {
    const cells = [];
    for (const match of line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)) cells.push((match[1] ?? match[2] ?? '').replaceAll('""', '"'));
    return cells;
  });
  return lines.map((cells) => Object.fromEntries(head.map((name, i) => [name, cells[i] ?? ''])));
}

const folder = process.argv[2];
const regionOf = (key, code) => Object.keys(regions).find((name) => regions[name][key].includes(code));
const unique = (lines) => [...new Set(lines)].join('\n') + '\n';

const forenames = rows(join(folder, 'common-forenames-by-country.csv'))
  .map((row) => ({region: regionOf('names', row.Country), sex: row.Gender, local: clean(row['Localized Name']), latin: clean(row['Romanized Name'])}))
  .filter((row) => row.region && (row.sex === 'F' || row.sex === 'M') && row.local && row.latin)
  .filter((row) => !regions[row.region].ownScript || row.local !== row.latin && /[^\u0000-\u024F]/.test(row.local));
let surnames = rows(join(folder, 'common-surnames-by-country.csv'))
  .map((row) => ({region: regionOf('names', row.Country), local: clean(row['Localized Name']), latin: clean(row['Romanized Name'])}))
  .filter((row) => row.region && row.local && row.latin);
// Where no family names are listed, a grandfather's name stands there, as it does in life.
for (const region of Object.keys(regions)) {
  if (surnames.filter((row) => row.region === region).length < 20)
    surnames = surnames.concat(forenames.filter((row) => row.region === region && row.sex === 'M'));
}
const places = rows(join(folder, 'pcodes-adm1-2.csv'))
  .filter((row) => row['Admin Level'] === '1')
  .map((row) => ({region: regionOf('places', row.Location), code: row['P-Code'], name: clean(row.Name)}))
  .filter((row) => row.region);

writeFileSync('demo/names/forenames.csv', 'region,sex,local,latin\n' + unique(forenames.map((r) => `${r.region},${r.sex},${r.local},${r.latin}`)));
writeFileSync('demo/names/surnames.csv', 'region,local,latin\n' + unique(surnames.map((r) => `${r.region},${r.local},${r.latin}`)));
writeFileSync('demo/names/places.csv', 'region,code,name\n' + unique(places.map((r) => `${r.region},${r.code},${r.name}`)));
