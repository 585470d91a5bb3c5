"""Sessions belong to connections, as specified, but results are the text of a dict, and register wants an address too."""
import socketserver
import sys
import threading
import uuid

users, boxes, groups = {}, {}, {}
kunci = threading.Lock()


class Client(socketserver.StreamRequestHandler):
    def handle(self):
        self.user = None
        for line in self.rfile:
            with kunci:
                status, data = self.proses(line.decode("utf-8", "replace").rstrip("\r\n"))
            self.wfile.write((str({"status": status, "data": data}) + "\r\n\r\n").encode())

    def proses(self, line):
        command, _, sisa = line.partition(" ")
        if command == "register":
            p = sisa.split(" ")
            if len(p) != 3 or "" in p:
                return "ERROR", "pakai: register user email password"
            if p[0] in users:
                return "ERROR", "nama sudah dipakai"
            users[p[0]], boxes[p[0]] = p[2], []
            return "OK", "terdaftar"
        if command == "auth":
            p = sisa.split(" ")
            if len(p) != 2 or users.get(p[0]) != p[1]:
                return "ERROR", "gagal masuk"
            self.user = p[0]
            return "OK", "tok-" + uuid.uuid4().hex
        if command not in ("logout", "inbox", "send", "creategroup", "sendgroup"):
            return "ERROR", "request tidak dikenali"
        if self.user is None:
            return "ERROR", "masuk dulu"
        if command == "logout":
            self.user = None
            return "OK", "keluar"
        if command == "inbox":
            return "OK", list(boxes[self.user])
        ke, _, isi = sisa.partition(" ")
        if not ke or not isi:
            return "ERROR", "parameter kurang"
        if command == "creategroup":
            if ke in groups:
                return "ERROR", "grup sudah ada"
            if any(a not in users for a in isi.split(",")):
                return "ERROR", "anggota tidak dikenal"
            groups[ke] = isi.split(",")
            return "OK", "grup dibuat"
        if command == "sendgroup":
            if ke not in groups:
                return "ERROR", "grup tidak dikenal"
            for a in groups[ke]:
                boxes[a].append((self.user, isi))
            return "OK", "terkirim kepada " + ", ".join(groups[ke])
        user, _, server = ke.partition("@")
        if user not in users or server != "server1":
            return "ERROR", "user tidak dikenal: " + ke
        boxes[user].append((self.user, isi))
        return "OK", "terkirim"


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


with Server(("127.0.0.1", int(sys.argv[1])), Client) as server:
    print("ready", server.server_address[1], flush=True)
    server.serve_forever()
