# A server as students write them: the port in the source, no SO_REUSEADDR,
# a thread for each connection.
import socket
import threading

PORT = 8889


def serve(conn):
    while True:
        data = conn.recv(1024)
        if not data:
            break
        if data.startswith(b"close"):
            break
        conn.sendall(b'{"status": "ERROR", "data": "request tidak dikenali"}\r\n\r\n')
    conn.close()


s = socket.socket()
s.bind(("0.0.0.0", PORT))
s.listen(1)
print("listening on", PORT)
while True:
    conn, _ = s.accept()
    threading.Thread(target=serve, args=(conn,), daemon=True).start()
