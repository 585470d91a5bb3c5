#!/usr/bin/env node
// kantin: a correct server of Protokol Chat v1.0 on one event loop, Node.js standard library only.
//
// How it reads the open points: only "\r\n\r\n" ends a request, an empty one is an ERROR, surplus parameters are ignored; several
// sessions per user, register also logs in, a second auth switches, logout answers and closes; success data are objects; names with
// case; the inbox is kept and keyed by sender, files stand in it as text; user alone is local; the creator is no member unless
// listed, anyone may send to a group, and the sender gets a copy; addserver again replaces; connect only opens a connection (no
// handshake), and a link carries messages both ways.
'use strict';
const net = require('net');
const fs = require('fs');
const path = require('path');
const crypto = require('crypto');
const { parseArgs } = require('util');

const FAULTS = ['json-ganda', 'salah-kosong', 'pesan-tak-dikenal', 'urutan-kacau', 'token-tetap', 'logout-pura-pura', 'register-balapan',
  'send-ganda', 'grup-semua-user', 'sendfile-selalu-ok', 'inbox-kosong-error', 'creategroup-timpa', 'addserver-port-bebas',
  'connect-tanpa-addserver', 'federasi-tanpa-ack', 'filegroup-tanpa-nama', 'setengah-tutup'];
const END = '\r\n\r\n';
const MAGIC = Buffer.from('\0KANTIN\n'); // the first bytes of a link
const MAX_REQUEST = 4 << 20, MAX_FRAME = 32 << 20, MAX_FILE = 4 << 20;
const ACK_MS = 1000, DIAL_MS = 1500;

const { values: opt } = parseArgs({ options: {
  port: { type: 'string' }, id: { type: 'string', default: 'kantin' }, files: { type: 'string', default: '.' }, fault: { type: 'string' },
} });
if (!opt.port || (opt.fault && !FAULTS.includes(opt.fault))) {
  console.error('usage: kantin.js --port N [--id ID] [--files DIR] [--fault NAME]; faults: ' + FAULTS.join(' '));
  process.exit(2);
}
const fault = (name) => opt.fault === name;

const users = new Map(); // name -> { password, inbox: Map(sender -> [message]) }
const groups = new Map(); // id -> [name]
const servers = new Map(); // id -> { host, port }
const links = new Map(); // id -> Link

class Refused extends Error {} // becomes a result with status ERROR

// ---------------------------------------------------------------- users, addresses, files

function name(text) {
  if (!/^[^\s@,[\]\p{Cc}]{1,64}$/u.test(text)) throw new Refused('nama tidak boleh memuat tanda itu');
  return text;
}

function address(text) {
  const at = text.lastIndexOf('@');
  const [user, server] = at < 0 ? [text, opt.id] : [text.slice(0, at), text.slice(at + 1)];
  if (!user || !server) throw new Refused('alamat harus user atau user@id_server');
  return { user, server };
}

function put(user, sender, message) {
  const inbox = users.get(user).inbox;
  for (let i = fault('send-ganda') && typeof message === 'string' ? 2 : 1; i > 0; i--) {
    if (!inbox.has(sender)) inbox.set(sender, []);
    inbox.get(sender).push(message);
  }
}

function readFile(file) {
  try {
    const root = fs.realpathSync(opt.files);
    if (file !== path.basename(file) || /[\\/\0]/.test(file)) throw new Refused('nama file tidak boleh memuat folder');
    const real = fs.realpathSync(path.join(root, file));
    const stat = fs.statSync(real);
    if (path.dirname(real) !== root || !stat.isFile() || stat.size > MAX_FILE) throw new Refused('file tidak bisa dikirim');
    return { file, isi: fs.readFileSync(real, 'utf8') };
  } catch (e) {
    if (fault('sendfile-selalu-ok')) return { file: path.basename(file), isi: '' };
    throw e instanceof Refused ? e : new Refused('file tidak ditemukan');
  }
}

async function post(c, to, message) {
  const { user, server } = address(to);
  const sender = `${c.user}@${opt.id}`;
  if (server === opt.id) {
    if (!users.has(user)) throw new Refused('user tidak ditemukan');
    put(user, sender, message);
  } else {
    const link = links.get(server);
    if (!link) throw new Refused('server tidak terkoneksi');
    await link.post({ user, sender, message });
  }
  return `${user}@${server}`;
}

function postGroup(c, id, message, everyone) {
  const members = groups.get(id);
  if (!members) throw new Refused('grup tidak ditemukan');
  const to = everyone ? users.keys() : new Set([...members, c.user]); // the sender gets a copy
  for (const user of to) put(user, `${c.user}@${opt.id}`, message);
  return members.map((m) => `${m}@${opt.id}`);
}

// ---------------------------------------------------------------- the eleven requests

const sleep = (ms) => new Promise((r) => setTimeout(r, ms));
const token = () => String(fault('token-tetap') ? 4711 : crypto.randomInt(1e9, 2 ** 40));

const commands = new Map(Object.entries({
  auth: { count: 2, open: true, run(c, user, password) {
    const u = users.get(user);
    if (!u || u.password !== password) throw new Refused('nama atau password salah');
    c.user = user;
    return { token: token() };
  } },
  logout: { count: 0, run(c) {
    const pesan = `user ${c.user} sudah logout`;
    if (fault('logout-pura-pura')) return { pesan };
    c.user = null;
    c.closing = true;
    return { pesan };
  } },
  register: { count: 2, open: true, async run(c, user, password) {
    if (users.has(name(user))) throw new Refused('nama user sudah dipakai');
    if (fault('register-balapan')) await sleep(100);
    users.set(user, { password, inbox: new Map() });
    c.user = user;
    return { pesan: `user ${user} sudah teregistrasi dan langsung masuk`, token: token() };
  } },
  send: { count: 2, text: true, async run(c, to, teks) {
    return { pesan: 'pesan sudah terkirim', kepada: await post(c, to, teks) };
  } },
  sendgroup: { count: 2, text: true, run(c, grup, teks) {
    return { pesan: 'pesan sudah terkirim', kepada: postGroup(c, grup, { grup, teks }, fault('grup-semua-user')) };
  } },
  sendfile: { count: 2, async run(c, to, file) {
    return { pesan: `file ${file} sudah terkirim`, kepada: await post(c, to, readFile(file)) };
  } },
  inbox: { count: 0, run(c) {
    const inbox = users.get(c.user).inbox;
    if (fault('inbox-kosong-error') && !inbox.size) throw new Refused('kotak masuk kosong');
    return Object.fromEntries(inbox);
  } },
  creategroup: { count: 2, run(c, id, list) {
    if (groups.has(name(id)) && !fault('creategroup-timpa')) throw new Refused('grup sudah ada');
    const members = list.split(',').filter(Boolean).map((entry) => {
      const { user, server } = address(entry);
      if (server !== opt.id || !users.has(user)) throw new Refused(`user ${entry} tidak ada di server ini`);
      return user;
    });
    if (!members.length) throw new Refused('grup perlu anggota');
    groups.set(id, [...new Set(members)]);
    return { pesan: `grup ${id} sudah dibuat` };
  } },
  addserver: { count: 3, run(c, id, host, port) {
    if (!net.isIP(host)) throw new Refused('ip address salah');
    if (!fault('addserver-port-bebas') && (!/^\d+$/.test(port) || +port < 1 || +port > 65535)) throw new Refused('port harus 1 sampai 65535');
    servers.set(name(id), { host, port: +port });
    return { pesan: `server ${id} sudah ditambahkan` };
  } },
  connect: { count: 1, async run(c, id) {
    const to = servers.get(id);
    if (!to && fault('connect-tanpa-addserver')) return { pesan: `server ${id} sudah terkoneksi` };
    if (!to) throw new Refused('server belum ditambahkan');
    const link = new Link(await dial(to), id);
    links.set(id, link); // the newest one that we dialled ourselves
    link.write({ hello: opt.id });
    return { pesan: `server ${id} sudah terkoneksi` };
  } },
  sendfilegroup: { count: 2, run(c, grup, file) {
    const message = { grup, ...readFile(file) };
    if (fault('filegroup-tanpa-nama')) delete message.file;
    return { pesan: `file ${file} sudah terkirim`, kepada: postGroup(c, grup, message) };
  } },
}));

// ---------------------------------------------------------------- links: length-prefixed JSON over the port of the clients

function dial({ host, port }) {
  return new Promise((resolve, reject) => {
    let sock; // none yet if the port is no port
    const fail = () => { sock?.destroy(); reject(new Refused('server tidak bisa dihubungi')); };
    const timer = setTimeout(fail, DIAL_MS);
    sock = net.connect({ host, port, noDelay: true }, () => {
      clearTimeout(timer);
      if (sock.localPort === port) return fail(); // the kernel connected us to ourselves
      sock.removeListener('error', fail);
      sock.write(MAGIC);
      resolve(sock);
    });
    sock.once('error', fail);
    sock.once('error', () => clearTimeout(timer));
  });
}

class Link {
  constructor(sock, id) {
    Object.assign(this, { sock, id, buf: Buffer.alloc(0), serial: 0, waiting: new Map() });
    sock.on('data', (data) => this.feed(data));
    sock.on('error', () => {});
    sock.on('end', () => sock.destroy());
    sock.on('close', () => {
      if (links.get(this.id) === this) links.delete(this.id);
      for (const { reject } of this.waiting.values()) reject(new Refused('koneksi ke server putus'));
    });
  }

  feed(data) {
    this.buf = Buffer.concat([this.buf, data]);
    while (this.buf.length >= 4) {
      const size = this.buf.readUInt32BE();
      if (size > MAX_FRAME) return this.sock.destroy();
      if (this.buf.length < 4 + size) return;
      const body = this.buf.subarray(4, 4 + size);
      this.buf = this.buf.subarray(4 + size);
      try {
        this.frame(JSON.parse(body.toString()));
      } catch {
        return this.sock.destroy();
      }
    }
  }

  frame(f) {
    if (f.hello && !this.id) { // someone dialled us: the same link serves to answer
      this.id = String(f.hello);
      if (!links.has(this.id)) links.set(this.id, this);
    } else if (f.ack) {
      const w = this.waiting.get(f.ack);
      if (w && f.error) w.reject(new Refused(String(f.error)));
      else if (w) w.resolve();
    } else if (f.n) {
      const known = users.has(f.user);
      if (known) put(f.user, f.sender, f.message);
      this.write({ ack: f.n, error: known ? undefined : 'user tidak ditemukan di server tujuan' });
    }
  }

  write(f) {
    const body = Buffer.from(JSON.stringify(f));
    const head = Buffer.alloc(4);
    head.writeUInt32BE(body.length);
    this.sock.write(Buffer.concat([head, body]));
  }

  async post(message) {
    const n = ++this.serial;
    this.write({ n, ...message });
    if (fault('federasi-tanpa-ack')) return;
    const timer = setTimeout(() => this.sock.destroy(), ACK_MS);
    try {
      await new Promise((resolve, reject) => this.waiting.set(n, { resolve, reject }));
    } finally {
      clearTimeout(timer);
      this.waiting.delete(n);
    }
  }
}

// ---------------------------------------------------------------- clients

async function answer(c, line) {
  try {
    const [, word, rest = ''] = /^[\r\n ]*([^ ]*)(?: ([^]*))?$/.exec(line);
    if (!word) throw new Refused('request kosong');
    const command = commands.get(word);
    if (!command) throw new Refused(fault('pesan-tak-dikenal') ? '**Protocol Tidak Benar' : 'request tidak dikenali');
    if (!command.open && !c.user) throw new Refused('harus auth dahulu');
    const params = command.text ? (/^ *([^ ]+) ([^]+)$/.exec(rest) || []).slice(1) : rest.split(' ').filter(Boolean);
    if (params.length < command.count) throw new Refused(`${word} kurang parameter`);
    return { status: 'OK', data: await command.run(c, ...params) };
  } catch (e) {
    if (!(e instanceof Refused)) console.error(e);
    return { status: 'ERROR', data: fault('salah-kosong') && e.message !== 'request tidak dikenali' ? '' : e instanceof Refused ? e.message : 'kesalahan di server' };
  }
}

function encode(result) {
  const text = JSON.stringify(result);
  return (fault('json-ganda') ? JSON.stringify(text) : text) + END;
}

async function pump(c) { // the requests of one connection, one after the other
  if (c.busy) return;
  c.busy = true;
  while (c.queue.length && !c.closing) {
    const line = c.queue.shift();
    if (fault('urutan-kacau') && /^(send|register|auth|create)/.test(line)) {
      answer(c, line).then((r) => setTimeout(() => c.sock.write(encode(r)), 15));
      continue;
    }
    c.sock.write(encode(await answer(c, line)));
    if (c.sock.writableNeedDrain && !c.sock.destroyed) {
      await new Promise((go) => { c.go = go; c.sock.once('drain', go); });
    }
  }
  if (fault('urutan-kacau') && c.ended) await sleep(30);
  c.busy = false;
  if (c.closing || c.ended) {
    c.sock.end();
    if (c.closing) setTimeout(() => c.sock.destroy(), 2000).unref(); // meanwhile what still comes is read and dropped
  } else c.sock.resume();
}

function serve(sock) {
  const c = { sock, user: null, queue: [], buf: Buffer.alloc(0), busy: false, ended: false, closing: false, go: null };
  const onData = (data) => {
    if (c.closing) return;
    const from = Math.max(0, c.buf.length - 3);
    c.buf = c.buf.length ? Buffer.concat([c.buf, data]) : data;
    if (c.buf[0] === 0 && MAGIC.subarray(0, c.buf.length).equals(c.buf.subarray(0, MAGIC.length))) {
      if (c.buf.length < MAGIC.length) return;
      sock.removeListener('data', onData);
      new Link(sock).feed(c.buf.subarray(MAGIC.length));
      return;
    }
    let start = 0;
    for (let at; (at = c.buf.indexOf(END, Math.max(start, from))) >= 0; start = at + END.length) c.queue.push(c.buf.toString('utf8', start, at));
    c.buf = c.buf.subarray(start);
    if (c.buf.length > MAX_REQUEST) return sock.destroy();
    if (c.queue.length > 2000) sock.pause();
    if (fault('setengah-tutup')) setTimeout(() => pump(c), 10);
    else pump(c);
  };
  sock.on('data', onData);
  sock.on('error', () => {});
  sock.on('close', () => c.go && c.go());
  sock.on('end', () => {
    c.ended = true;
    if (fault('setengah-tutup')) sock.destroy();
    else pump(c);
  });
}

const server = net.createServer({ allowHalfOpen: true, noDelay: true }, serve);
server.listen(+opt.port, '127.0.0.1', () => console.log('ready ' + server.address().port));
