// What a storm comes to, in figures.

import { row } from '../bench/table.js';

const COLUMNS = [14, -9, -14, -9, -17, -9, -14, -9];

function told(cells) {
  return row(...cells.map((cell, i) => [cell, COLUMNS[i]]));
}

// The median and the 99th percentile, in milliseconds.
function spread(times) {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
  return sorted.length === 0 ? ['', ''] : [at(0.5).toFixed(0), at(0.99).toFixed(0)];
}

function put(map, name, value) {
  if (!map.has(name)) map.set(name, []);
  map.get(name).push(value);
}

export class Figures {
  #disturbances = new Map(); // kind -> how many
  #resumes = new Map(); // how the line was lost -> milliseconds from when the page noticed until it had its seat again
  #servers = new Map(); // the same -> milliseconds of these in which it had a line
  #silences = new Map(); // the same -> milliseconds from the loss until each heard the other again
  #messages = 0;
  #lost = 0;

  disturbed(kind) {
    this.#disturbances.set(kind, (this.#disturbances.get(kind) ?? 0) + 1);
  }

  shown() {
    this.#messages += 1;
  }

  lost() {
    this.#lost += 1;
  }

  // `all` milliseconds, `server` of them since there was a line again: the rest is the page's patience.
  resumed(how, { all, server }) {
    put(this.#resumes, how, all);
    put(this.#servers, how, server);
  }

  healed(how, ms) {
    put(this.#silences, how, ms);
  }

  get resumes() {
    return [...this.#resumes.values()].flat().length;
  }

  get kinds() {
    return [...this.#disturbances.keys()];
  }

  toString() {
    const kinds = [...this.#disturbances].sort(([a], [b]) => (a < b ? -1 : 1)).map(([kind, count]) => `${kind} ${count}`);
    const all = [...this.#disturbances.values()].reduce((sum, count) => sum + count, 0);
    const lines = [...this.#resumes.keys()].sort().map((how) => this.#line(how, [how]));
    return [
      `${all} disturbances: ${kinds.join(', ')}`,
      `${this.#messages} messages shown, ${this.#lost} times 'lost'`,
      '',
      told(['line lost by', 'resumes', 'resumed, ms', '99 %', 'of it server, ms', '99 %', 'talking, ms', '99 %']),
      ...lines,
      this.#line('all', [...this.#resumes.keys()]),
    ].join('\n');
  }

  #line(name, hows) {
    const of = (map) => hows.flatMap((how) => map.get(how) ?? []);
    const spreads = [this.#resumes, this.#servers, this.#silences].flatMap((map) => spread(of(map)));
    return told([name, of(this.#resumes).length, ...spreads]);
  }
}
