"""Three users in the source and no register; what one recv brings is one request; tokens under "token"."""
import json
import socket
import sys
import threading
import uuid

users = {
    "messi": {"nama": "Lionel Messi", "password": "surabaya", "incoming": []},
    "henderson": {"nama": "Jordan Henderson", "password": "surabaya", "incoming": []},
    "lineker": {"nama": "Gary Lineker", "password": "surabaya", "incoming": []},
}
sessions = {}
kunci = threading.Lock()


def proses(data):
    j = data.split(" ")
    try:
        command = j[0]
        if command == "auth":
            user = users.get(j[1])
            if user is None or user["password"] != j[2]:
                return dict(status="ERROR", message="Gagal masuk")
            token = str(uuid.uuid4())
            sessions[token] = j[1]
            return dict(status="OK", token=token)
        if command == "send":
            if j[1] not in sessions:
                return dict(status="ERROR", message="Session Tidak Ditemukan")
            if j[2] not in users:
                return dict(status="ERROR", message="User Tidak Ditemukan")
            if len(j) < 4:
                return dict(status="ERROR", message="Pesan kosong")
            users[j[2]]["incoming"].append("%s: %s" % (sessions[j[1]], " ".join(j[3:])))
            return dict(status="OK", message="Message Sent")
        if command == "inbox":
            if j[1] not in sessions:
                return dict(status="ERROR", message="Session Tidak Ditemukan")
            return dict(status="OK", messages=users[sessions[j[1]]]["incoming"])
        if command == "logout":
            if j[1] not in sessions:
                return dict(status="ERROR", message="Session Tidak Ditemukan")
            del sessions[j[1]]
            return dict(status="OK", message="Sampai jumpa")
    except IndexError:
        return dict(status="ERROR", message="Parameter kurang")
    return dict(status="ERROR", message="**Protocol Tidak Benar")


def layani(connection):
    while True:
        data = connection.recv(8192)
        if not data:
            break
        with kunci:
            hasil = proses(data.decode("utf-8", "replace"))
        connection.sendall((json.dumps(hasil) + "\r\n\r\n").encode())
    connection.close()


server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("127.0.0.1", int(sys.argv[1])))
server.listen(100)
print("ready", server.getsockname()[1], flush=True)
while True:
    connection, _ = server.accept()
    threading.Thread(target=layani, args=(connection,), daemon=True).start()
