"""Name and country before user and password, requests that end with an empty line, success without a text, and one
exception for everything that is missing."""
import json
import socketserver
import sys
import threading
import uuid

users, sessions, boxes, groups = {}, {}, {}, {}
kunci = threading.Lock()


class Salah(Exception):
    pass


def siapa(token):
    if token not in sessions:
        raise Salah("Belum login")
    return sessions[token]


def proses(line):
    j = line.strip().split(" ")
    try:
        if j[0] == "register":
            nama, negara, user, password = j[1], j[2], j[3], j[4]
            if user in users:
                raise Salah("User sudah ada")
            users[user] = (password, nama, negara)
            boxes[user] = []
            return {"status": "OK"}
        if j[0] == "auth":
            if j[1] not in users or users[j[1]][0] != j[2]:
                raise Salah("User atau password salah")
            token = uuid.uuid4().hex
            sessions[token] = j[1]
            return {"status": "OK", "token_id": token}
        if j[0] == "logout":
            siapa(j[1])
            del sessions[j[1]]
            return {"status": "OK"}
        if j[0] == "inbox":
            user = siapa(j[1])
            isi, boxes[user] = boxes[user], []
            return {"status": "OK", "messages": isi}
        if j[0] == "send":
            dari, ke, isi = siapa(j[1]), j[2], j[3:]
            if ke not in users:
                raise Salah("User tidak ditemukan")
            if not isi:
                raise IndexError
            boxes[ke].append({"dari": dari, "pesan": " ".join(isi)})
            return {"status": "OK"}
        if j[0] == "create_group":
            siapa(j[1])
            if j[2] in groups:
                raise Salah("Grup sudah ada")
            anggota = j[3].split(",")
            if any(a not in users for a in anggota):
                raise Salah("Anggota tidak dikenal")
            groups[j[2]] = anggota
            return {"status": "OK"}
        if j[0] == "sendgroup":
            dari, grup, isi = siapa(j[1]), j[2], j[3:]
            if grup not in groups:
                raise Salah("Grup tidak ditemukan")
            if not isi:
                raise IndexError
            for a in groups[grup]:
                boxes[a].append({"dari": dari, "grup": grup, "pesan": " ".join(isi)})
            return {"status": "OK"}
    except IndexError:
        pass
    except Salah as e:
        return {"status": "ERROR", "message": str(e)}
    return {"status": "ERROR", "message": "**Protocol Tidak Benar"}


class Client(socketserver.BaseRequestHandler):
    def handle(self):
        buffer = b""
        while True:
            data = self.request.recv(1024)
            if not data:
                return
            buffer += data
            if buffer.endswith(b"\r\n\r\n"):
                with kunci:
                    hasil = proses(buffer.decode("utf-8", "replace"))
                self.request.sendall((json.dumps(hasil) + "\r\n\r\n").encode())
                buffer = b""


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


with Server(("127.0.0.1", int(sys.argv[1])), Client) as server:
    print("ready", server.server_address[1], flush=True)
    server.serve_forever()
