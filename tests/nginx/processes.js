// What /proc says about nginx's processes.

import fs from 'node:fs';

function read(path) {
  try {
    return fs.readFileSync(path, 'latin1');
  } catch {
    return '';  // it has ended meanwhile
  }
}

// Every process as {pid, parent, title}; a zombie has no title.
function processes() {
  const list = [];
  for (const name of fs.readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = read(`/proc/${name}/stat`);
    if (stat === '') continue;
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    list.push({ pid: Number(name), parent, title: read(`/proc/${name}/cmdline`).replaceAll('\0', ' ') });
  }
  return list;
}

// The pids of nginx's masters that were started with `folder`: two during a binary upgrade.
export function masters(folder) {
  return processes()
    .filter(({ title }) => title.startsWith('nginx: master process') && title.includes(folder))
    .map(({ pid }) => pid);
}

// The pids of their workers: those that take connections, and those that only finish what they have.
export function workers(folder) {
  const all = processes();
  const parents = new Set(masters(folder));
  const children = all.filter(({ parent, title }) => parents.has(parent) && title.startsWith('nginx: worker process'));
  const leaving = ({ title }) => title.includes('shutting down');
  return {
    serving: children.filter((child) => !leaving(child)).map(({ pid }) => pid),
    leaving: children.filter(leaving).map(({ pid }) => pid),
  };
}

export function alive(pid) {
  const stat = read(`/proc/${pid}/stat`);
  return stat !== '' && stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z';
}

// Bytes of a process's memory: resident, and its share of it.
export function memory(pid) {
  const rollup = fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
  const bytes = (name) => Number(rollup.match(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm'))[1]) * 1024;
  return { rss: bytes('Rss'), pss: bytes('Pss') };
}

// Which of `pids` has the server's end of the TCP connection from `clientPort` to `serverPort`; nothing while it is still
// on its way to one.
export function ownerOf(pids, { clientPort, serverPort }) {
  const hex = (port) => `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const ends = read('/proc/net/tcp').split('\n').map((line) => line.trim().split(/\s+/));
  const inode = ends.find(([, local, remote]) => local?.endsWith(hex(serverPort)) && remote.endsWith(hex(clientPort)))?.[9];
  return pids.find((pid) => inode && inode !== '0' && hasOpen(pid, `socket:[${inode}]`));
}

function hasOpen(pid, what) {
  try {
    return fs.readdirSync(`/proc/${pid}/fd`).some((name) => link(`/proc/${pid}/fd/${name}`) === what);
  } catch {
    return false;
  }
}

function link(path) {
  try {
    return fs.readlinkSync(path);
  } catch {
    return '';  // it was closed meanwhile
  }
}

// How many descriptors a process has open.
export function descriptors(pid) {
  return fs.readdirSync(`/proc/${pid}/fd`).length;
}
