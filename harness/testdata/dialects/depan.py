"""The usual one: the token first in every request, texts under "message", recv(32) with a decode of each piece,
listen(1), and a thread that dies of any exception and leaves its connection open."""
import json
import socket
import sys
import threading
import uuid
from queue import Queue

users = {}
sessions = {}
groups = {}


def proses(data):
    j = data.split(" ")
    command = j[0].strip()
    if command == "register":
        username, password, nama, negara = j[1].strip(), j[2].strip(), j[3].strip(), j[4].strip()
        if username in users:
            return {"status": "ERROR", "message": "User Sudah Ada"}
        users[username] = {"nama": nama, "negara": negara, "password": password, "incoming": {}}
        return {"status": "OK", "message": "Register Berhasil"}
    if command == "auth":
        username, password = j[1].strip(), j[2].strip()
        if username not in users:
            return {"status": "ERROR", "message": "User Tidak Ada"}
        if users[username]["password"] != password:
            return {"status": "ERROR", "message": "Password Salah"}
        tokenid = str(uuid.uuid4())
        sessions[tokenid] = username
        return {"status": "OK", "tokenid": tokenid}
    if command == "send":
        sessionid, usernameto = j[1].strip(), j[2].strip()
        message = ""
        for w in j[3:]:
            message = "{} {}".format(message, w)
        if sessionid not in sessions:
            return {"status": "ERROR", "message": "Session Tidak Ditemukan"}
        if usernameto not in users:
            return {"status": "ERROR", "message": "User Tidak Ditemukan"}
        if message.strip() == "":
            return {"status": "ERROR", "message": "Pesan Kosong"}
        kirim(sessions[sessionid], usernameto, message)
        return {"status": "OK", "message": "Message Sent"}
    if command == "inbox":
        sessionid = j[1].strip()
        username = sessions[sessionid] if sessionid in sessions else None
        if username is None:
            return {"status": "ERROR", "message": "Session Tidak Ditemukan"}
        msgs = {}
        for pengirim, antrian in users[username]["incoming"].items():
            msgs[pengirim] = []
            while not antrian.empty():
                msgs[pengirim].append(antrian.get_nowait())
        return {"status": "OK", "messages": msgs}
    if command == "logout":
        sessionid = j[1].strip()
        if sessionid not in sessions:
            return {"status": "ERROR", "message": "Session Tidak Ditemukan"}
        del sessions[sessionid]
        return {"status": "OK", "message": "Logout Berhasil"}
    if command == "addgroup":
        sessionid, grup, anggota = j[1].strip(), j[2].strip(), j[3].strip().split(",")
        if sessionid not in sessions:
            return {"status": "ERROR", "message": "Session Tidak Ditemukan"}
        if grup in groups:
            return {"status": "ERROR", "message": "Grup Sudah Ada"}
        if any(a not in users for a in anggota):
            return {"status": "ERROR", "message": "User Tidak Ditemukan"}
        groups[grup] = anggota
        return {"status": "OK", "message": "Grup Dibuat"}
    if command == "sendgroup":
        sessionid, grup, message = j[1].strip(), j[2].strip(), " ".join(j[3:])
        if sessionid not in sessions:
            return {"status": "ERROR", "message": "Session Tidak Ditemukan"}
        if grup not in groups:
            return {"status": "ERROR", "message": "Grup Tidak Ditemukan"}
        if message.strip() == "":
            return {"status": "ERROR", "message": "Pesan Kosong"}
        for anggota in groups[grup]:
            kirim(sessions[sessionid], anggota, message)
        return {"status": "OK", "message": "Message Sent to " + ",".join(groups[grup])}
    return {"status": "ERROR", "message": "**Protocol Tidak Benar"}


def kirim(dari, kepada, message):
    users[kepada]["incoming"].setdefault(dari, Queue()).put({"msg_from": dari, "msg_to": kepada, "msg": message})


class ProcessTheClient(threading.Thread):
    def __init__(self, connection):
        super().__init__(daemon=True)
        self.connection = connection

    def run(self):
        rcv = ""
        while True:
            data = self.connection.recv(32)
            if not data:
                break
            rcv = rcv + data.decode()
            if rcv[-2:] == "\r\n":
                hasil = json.dumps(proses(rcv)) + "\r\n\r\n"
                self.connection.sendall(hasil.encode())
                rcv = ""
        self.connection.close()


def main():
    threading.excepthook = lambda args: None
    server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(("127.0.0.1", int(sys.argv[1])))
    server.listen(1)
    print("ready", server.getsockname()[1], flush=True)
    clients = []  # as in the course's example: connections are never let go
    while True:
        connection, _ = server.accept()
        t = ProcessTheClient(connection)
        t.start()
        clients.append((t, connection))


main()
