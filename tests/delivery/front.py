"""What stands before a registry: TLS, a proxy, or a desk that wants a signature.

  front.py --log FILE --tls CERT KEY --to ADDRESS     ends TLS
  front.py --log FILE --proxy --to ADDRESS            answers CONNECT; whatever host is meant, it is that address
  front.py --log FILE --token --to ADDRESS            401 with a Bearer realm; gives a token to who signs

The first line on stdout is its address. The log has a line for each CONNECT, and for each Authorization header.
"""
import argparse
import http.client
import http.server
import socket
import ssl
import threading


def join(one, other):
    def copy(source, target):
        try:
            while data := source.recv(65536):
                target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
    threading.Thread(target=copy, args=(other, one), daemon=True).start()
    copy(one, other)


class Desk(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        note("%s %s" % (self.path.split("?")[0], self.headers.get("Authorization", "-")))
        if self.path.startswith("/token"):
            return self.answer(200, b'{"token":"farm-token"}', {})
        if self.path.startswith("/v2/") and self.headers.get("Authorization") != "Bearer farm-token":
            realm = 'Bearer realm="http://%s/token",service="farm",scope="repository:library/sheep:pull"'
            return self.answer(401, b"{}", {"Www-Authenticate": realm % self.headers["Host"]})
        upstream = http.client.HTTPConnection(args.to)
        keep = {k: v for k, v in self.headers.items() if k in ("Range", "Accept")}
        upstream.request(self.command, self.path, headers=keep)
        reply = upstream.getresponse()
        headers = {k: v for k, v in reply.getheaders() if k in ("Location", "Content-Range", "Content-Length")}
        self.answer(reply.status, reply.read(), headers)

    do_HEAD = do_GET

    def answer(self, status, body, headers):
        self.send_response(status)
        for key, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(key, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_):
        pass


def note(line):
    with open(args.log, "a") as log:
        log.write(line + "\n")


def serve(connection):
    try:
        if args.tls:
            connection = context.wrap_socket(connection, server_side=True)
        else:
            head = b""
            while b"\r\n\r\n" not in head:
                head += connection.recv(1)
            note(" ".join(head.decode().split()[:2]))
            connection.sendall(b"HTTP/1.1 200 yes\r\n\r\n")
        host, port = args.to.split(":")
        join(connection, socket.create_connection((host, int(port))))
    except OSError as error:
        note("failed: %s" % error)


p = argparse.ArgumentParser()
p.add_argument("--log", required=True)
p.add_argument("--to", required=True)
p.add_argument("--tls", nargs=2)
p.add_argument("--proxy", action="store_true")
p.add_argument("--token", action="store_true")
args = p.parse_args()

if args.token:
    desk = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    print("127.0.0.1:%d" % desk.server_address[1], flush=True)
    desk.serve_forever()
if args.tls:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*args.tls)
listener = socket.create_server(("127.0.0.1", 0))
print("127.0.0.1:%d" % listener.getsockname()[1], flush=True)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
