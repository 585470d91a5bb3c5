#!/usr/bin/env python3
"""warung: a correct server of Protokol Chat v1.0, a thread per connection, standard library only.

How it reads the open points: a request ends with "\\n" (a "\\r" before it is dropped), an empty line is skipped, surplus
parameters are an ERROR, parameters are checked before the session; words and names in any case, names folded to lower case;
one session per user, a second auth is an ERROR; the inbox is a list that reading empties; user without @server is an ERROR;
the creator joins the group, the sender gets no copy, outsiders may not send; servers know each other by addserver, strangers are
refused, and a link carries messages from the dialler only.
"""
import argparse
import base64
import ipaddress
import json
import os
import queue
import re
import resource
import secrets
import socket
import sys
import threading
import time

FAULTS = """status-kecil tanpa-escape satu-recv auth-awalan logout-semua register-timpa send-kata-pertama grup-kurang-satu
file-bebas inbox-kosongkan-semua creategroup-anggota-bebas addserver-port-macet connect-selalu-ok federasi-abaikan-server
utf8-mati""".split()
MAX_LINE = 256 * 1024          # longest request
MAX_LINK_LINE = 16 * 1024 * 1024
MAX_FILE = 4 * 1024 * 1024
DEADLINE = 1.5                 # seconds for another server to connect, or to answer

args = None
lock = threading.Condition()   # guards the tables below; never held while waiting for the network
passwords = {}                 # user -> password
inboxes = {}                   # user -> [message]
sessions = {}                  # user -> Client
groups = {}                    # id -> [user]
servers = {}                   # id -> (ip, port)
links = {}                     # id -> Link that we dialled
newcomers = queue.SimpleQueue()  # accepted, without a thread yet
hung = []
MAGIC = b'\x02warung:'         # begins every line between servers


class Failure(Exception):
    """Becomes a result with status ERROR."""


class Hang(Exception):
    """Planted: the thread dies and leaves its socket open."""


def fault(name):
    return args.fault == name


# ---------------------------------------------------------------- names, addresses, files

def clean_name(text):
    if not re.fullmatch(r'[A-Za-z0-9]{1,16}', text):
        raise Failure('nama hanya boleh huruf dan angka, paling panjang 16')
    return text.lower()


def unbracket(text):
    return text[1:-1] if text.startswith('[') and text.endswith(']') else text


def split_address(text):
    user, at, server = unbracket(text).partition('@')
    if not at or not server:
        raise Failure('alamat harus user@id_server')
    return clean_name(user), server


def read_file(name):
    path = os.path.join(args.files, name)
    root = os.path.realpath(args.files)
    try:
        if not fault('file-bebas') and not os.path.realpath(path).startswith(root + os.sep):
            raise Failure('nama file tidak diizinkan')
        if not os.path.isfile(path) or os.path.getsize(path) > MAX_FILE:
            raise Failure('file tidak ditemukan')
        with open(path, 'rb') as f:
            return {'berkas': os.path.basename(name), 'isi_base64': base64.b64encode(f.read()).decode()}
    except (OSError, ValueError):     # ValueError: a NUL in the name
        raise Failure('file tidak bisa dibaca')


def deliver_local(user, message):
    with lock:
        if user not in passwords:
            raise Failure('user tidak ditemukan')
        inboxes[user].append(message)


# ---------------------------------------------------------------- links to other servers

class Link:
    """The dialler's end: one line of JSON there, one line back."""

    def __init__(self, ident, address):
        self.lock, self.rest, self.sock = threading.Lock(), b'', None
        try:
            self.sock = socket.create_connection(address, DEADLINE)
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError:
            raise Failure('server %s tidak bisa dihubungi' % ident)
        answer = self.ask({'warung': 'siapa', 'aku': args.id})
        if answer.get('aku') != ident:
            self.close()
            raise Failure(answer.get('tolak') or 'server di alamat itu bukan ' + ident)

    def ask(self, question):
        with self.lock:
            try:
                until = time.monotonic() + DEADLINE
                self.sock.settimeout(DEADLINE)
                self.sock.sendall(MAGIC + json.dumps(question).encode() + b'\n')
                while b'\n' not in self.rest:
                    self.sock.settimeout(max(until - time.monotonic(), 0.001))
                    data = self.sock.recv(65536)
                    self.rest += data
                    if not data or len(self.rest) > MAX_LINE or time.monotonic() > until:
                        raise OSError
                line, _, self.rest = self.rest.partition(b'\n')
                answer = json.loads(line)
                if not isinstance(answer, dict):
                    raise ValueError
                return answer
            except (OSError, ValueError):
                self.sock.close()
                raise Failure('server tujuan tidak menjawab')

    def alive(self):
        """Nothing ever comes unasked, so anything readable is the end of the link."""
        with self.lock:
            try:
                self.sock.settimeout(0)
                self.sock.recv(1, socket.MSG_PEEK)
            except BlockingIOError:
                return True
            except OSError:
                pass
            return False

    def close(self):
        if self.sock:
            self.sock.close()


# ---------------------------------------------------------------- clients (and the answering end of a link)

class Client:
    def __init__(self, sock):
        self.sock, self.user, self.peer = sock, None, None
        self.buffer, self.skipping = bytearray(), False

    def run(self):
        try:
            while True:
                data = self.sock.recv(65536)
                if not data:
                    break
                if fault('satu-recv'):
                    self.line(data.strip(b'\r\n'))
                else:
                    self.feed(data)
        except OSError:
            pass
        except Hang:
            hung.append(self)        # keeps the socket open
            return
        self.end_session()
        self.sock.close()

    def feed(self, data):
        limit = MAX_LINK_LINE if self.peer else MAX_LINE
        head, newline, tail = data.partition(b'\n')
        while newline:
            self.buffer += head
            line, self.buffer = bytes(self.buffer), bytearray()
            if self.skipping or len(line) > limit:
                self.skipping = False
                self.answer('ERROR', 'request terlalu panjang')
            else:
                self.line(line[:-1] if line.endswith(b'\r') else line)
            head, newline, tail = tail.partition(b'\n')
        self.buffer += head
        if len(self.buffer) > limit:
            self.buffer, self.skipping = bytearray(), True

    def line(self, raw):
        if raw.startswith(MAGIC):
            return self.link_line(raw[len(MAGIC):])
        if not raw:
            return
        try:
            self.answer('OK', self.request(raw))
        except Failure as e:
            self.answer('ERROR', str(e))
        except (OSError, Hang):
            raise
        except Exception as e:
            print('warung: %r' % e, file=sys.stderr)
            self.answer('ERROR', 'kesalahan di server')

    def answer(self, status, data):
        if fault('status-kecil'):
            status = status.lower()
        text = json.dumps({'data': data, 'status': status, 'waktu': time.strftime('%H:%M:%S')}, indent=2)
        if fault('tanpa-escape'):
            text = text.replace('\\"', '"').replace('\\\\', '\\')
        self.sock.sendall(text.encode() + b'\r\n\r\n')

    def request(self, raw):
        text = raw.decode('utf-8', 'replace')
        if fault('utf8-mati') and text.encode() != raw:
            os._exit(1)
        word, _, rest = text.partition(' ')
        if word.lower() not in COMMANDS:
            raise Failure('request tidak dikenali')
        function, count, is_text, needs_session = COMMANDS[word.lower()]
        try:
            raw.decode('utf-8')
        except UnicodeDecodeError:
            raise Failure('request bukan UTF-8')
        params = rest.split(' ', 1) if is_text else [p for p in rest.split(' ') if p]
        if len(params) != count or not all(params):
            raise Failure('%s perlu %d parameter' % (word, count))
        if needs_session and not self.user:
            raise Failure('silakan auth dahulu')
        return function(self, *params)

    def link_line(self, raw):
        """The other end of Link.ask. A server that we did not add ourselves is refused."""
        try:
            q = json.loads(raw)
            if 'warung' in q:
                with lock:
                    self.peer = q['aku'] if q['aku'] in servers else None
                reply = {'aku': args.id} if self.peer else {'tolak': 'server asing ditolak'}
            elif not self.peer:
                reply = {'salah': 'belum kenal'}
            else:
                deliver_local(q['untuk'], q['pesan'])
                reply = {'sampai': True}
        except Failure as e:
            reply = {'salah': str(e)}
        except (ValueError, KeyError, TypeError):
            reply = {'salah': 'tidak dimengerti'}
        self.sock.sendall(json.dumps(reply).encode() + b'\n')

    def end_session(self):
        with lock:
            if sessions.get(self.user) is self:
                del sessions[self.user]
            self.user = None
            lock.notify_all()

    # ------------------------------------------------------------ the eleven requests

    def auth(self, user, password):
        if self.user:
            raise Failure('koneksi ini sudah auth sebagai ' + self.user)
        user = clean_name(user)
        with lock:
            right = passwords.get(user)
            same = right == password
            if fault('auth-awalan') and right:
                same = right.startswith(password)
            if not same:
                raise Failure('nama atau password salah')
            # A connection that was just closed may need a moment to be noticed.
            if not lock.wait_for(lambda: user not in sessions, 0.25):
                raise Failure('user sedang aktif di koneksi lain')
            sessions[user], self.user = self, user
        return secrets.token_hex(16)

    def logout(self):
        user = self.user
        self.end_session()
        if fault('logout-semua'):
            with lock:
                for client in sessions.values():
                    client.user = None
                sessions.clear()
        return 'user %s sudah logout' % user

    def register(self, user, password):
        user = clean_name(user)
        if len(password) < 8 or not re.search('[A-Za-z]', password) or not re.search('[0-9]', password):
            raise Failure('password paling sedikit 8 karakter dengan huruf dan angka')
        with lock:
            known = user in passwords
            if not known or fault('register-timpa'):
                passwords[user] = password
            if known:
                raise Failure('user sudah ada')
            inboxes[user] = []
        return 'user %s sudah teregistrasi' % user

    def deliver(self, address, message):
        user, server = split_address(address)
        if server == args.id or fault('federasi-abaikan-server'):
            return deliver_local(user, dict(message, dari=self.user))
        with lock:
            link = links.get(server)
        if not link:
            raise Failure('server %s tidak terkoneksi' % server)
        reply = link.ask({'untuk': user, 'pesan': dict(message, dari=self.user + '@' + args.id)})
        if not reply.get('sampai'):
            raise Failure(reply.get('salah') or 'ditolak server tujuan')

    def send(self, address, text):
        if fault('send-kata-pertama'):
            text = text.split(' ')[0]
        self.deliver(address, {'teks': text})
        return 'pesan sudah terkirim ke ' + unbracket(address)

    def sendfile(self, address, name):
        message = read_file(name)
        self.deliver(address, message)
        return 'file %s sudah terkirim ke %s' % (message['berkas'], unbracket(address))

    def deliver_group(self, group, message, drop_last=False):
        group = clean_name(group)
        with lock:
            members = groups.get(group)
            if not members:
                raise Failure('grup tidak ditemukan')
            if self.user not in members:
                raise Failure('bukan anggota grup')
            for user in (members[:-1] if drop_last else members):
                if user != self.user:
                    inboxes[user].append(dict(message, dari=self.user, grup=group))
            return ', '.join(members)

    def sendgroup(self, group, text):
        return 'pesan sudah terkirim kepada ' + self.deliver_group(group, {'teks': text}, fault('grup-kurang-satu'))

    def sendfilegroup(self, group, name):
        message = read_file(name)
        return 'file %s sudah terkirim kepada %s' % (message['berkas'], self.deliver_group(group, message))

    def inbox(self):
        with lock:
            messages, inboxes[self.user] = inboxes[self.user], []
            if fault('inbox-kosongkan-semua'):
                for user in inboxes:
                    inboxes[user] = []
        return messages

    def creategroup(self, group, members):
        group = clean_name(group)
        members = [clean_name(m) for m in unbracket(members).split(',')]
        with lock:
            if group in groups:
                raise Failure('grup sudah ada')
            if fault('creategroup-anggota-bebas'):
                members = [m for m in members if m in passwords]
            if not all(m in passwords for m in members):
                raise Failure('ada anggota yang tidak terdaftar')
            groups[group] = list(dict.fromkeys([self.user] + members))   # the creator first, each once
        return 'grup %s sudah dibuat' % group

    def addserver(self, ident, ip, port):
        try:
            ipaddress.ip_address(ip)
        except ValueError:
            raise Failure('alamat ip salah')
        if not re.fullmatch('[0-9]{1,5}', port) or not 1 <= int(port) <= 65535:
            if fault('addserver-port-macet'):
                raise Hang
            raise Failure('nomor port salah')
        if not re.fullmatch(r'[A-Za-z0-9._-]{1,64}', ident):
            raise Failure('id server salah')
        with lock:
            if ident in servers:
                raise Failure('server sudah pernah ditambahkan')
            servers[ident] = (ip, int(port))
        return 'server %s sudah ditambahkan' % ident

    def connect(self, ident):
        with lock:
            address, old = servers.get(ident), links.get(ident)
        if not address:
            raise Failure('server belum ditambahkan')
        if old and old.alive():
            raise Failure('server sudah terkoneksi')
        try:
            link = Link(ident, address)
        except Failure:
            if not fault('connect-selalu-ok'):
                raise
            return 'server %s sudah terkoneksi' % ident
        with lock:
            old, links[ident] = links.get(ident), link
        if old:
            old.close()
        return 'server %s sudah terkoneksi' % ident


# word: function, number of parameters, is the last one a message, needs a session
COMMANDS = {
    'auth': (Client.auth, 2, False, False), 'logout': (Client.logout, 0, False, True),
    'register': (Client.register, 2, False, False), 'send': (Client.send, 2, True, True),
    'sendgroup': (Client.sendgroup, 2, True, True), 'sendfile': (Client.sendfile, 2, False, True),
    'inbox': (Client.inbox, 0, False, True), 'creategroup': (Client.creategroup, 2, False, True),
    'addserver': (Client.addserver, 3, False, True), 'connect': (Client.connect, 1, False, True),
    'sendfilegroup': (Client.sendfilegroup, 2, False, True),
}


def main():
    global args
    parser = argparse.ArgumentParser()
    parser.add_argument('--port', type=int, required=True)
    parser.add_argument('--id', default='warung')
    parser.add_argument('--files', default='.')
    parser.add_argument('--fault', choices=FAULTS)
    args = parser.parse_args()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65536) if hard > 0 else 65536, hard))
    sys.setswitchinterval(0.0002)    # so that accept stays prompt
    threading.stack_size(256 * 1024)
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(('127.0.0.1', args.port))
    listener.listen(1)
    print('ready %d' % listener.getsockname()[1], flush=True)
    threading.Thread(target=greet, daemon=True).start()
    while True:                      # nothing but accept here: the queue of the kernel is short
        try:
            newcomers.put(listener.accept()[0])
        except OSError:              # out of descriptors: wait for some to come back
            time.sleep(0.02)


def greet():
    while True:
        sock = newcomers.get()
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=Client(sock).run, daemon=True).start()
        except (OSError, RuntimeError):     # already gone, or no more threads
            sock.close()


main()
