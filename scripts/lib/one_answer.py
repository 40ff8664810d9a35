"""one_answer.py FILE: a proxy on a port of loopback that it writes to FILE; it answers each request with its first two words."""
import http.server
import pathlib
import sys


class Proxy(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = f"{self.command} {self.path}\n".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Proxy)
pathlib.Path(sys.argv[1]).write_text(str(server.server_address[1]))
server.serve_forever()
