// What an editor's server does, as far as ssh has to do with it: HTTP and upgraded connections, at a random port of the
// loopback or at a unix socket; gone when the process is gone that it was told of.
//
//   node server.js (--on-host=ADDRESS | --on-socket=PATH) [--parent-process-id=PID]
'use strict';
const crypto = require('crypto');
const http = require('http');

const option = (name) => process.argv.map((word) => word.split('=')).find(([key]) => key === name)?.[1];
const parent = option('--parent-process-id');
const at = option('--on-socket');

// Answers what it is sent, and its hash in a trailer.
function echo(request, response) {
    const hash = crypto.createHash('sha256');
    response.writeHead(200, { Trailer: 'Digest' });
    request.on('data', (chunk) => {
        hash.update(chunk);
        if (!response.write(chunk)) {
            request.pause();
            response.once('drain', () => request.resume());
        }
    });
    request.on('end', () => {
        response.addTrailers({ Digest: hash.digest('hex') });
        response.end();
    });
}

const server = http.createServer((request, response) =>
    request.method === 'POST' ? echo(request, response) : response.end(`${process.pid}\n`));
server.on('upgrade', (request, socket, head) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    if (head.length > 0) socket.write(head);
    socket.pipe(socket);
});
server.listen(at ? { path: at } : { host: option('--on-host'), port: 0 }, () =>
    console.log(`Listening on ${at ?? server.address().port}`));
if (parent) setInterval(() => {
    try {
        process.kill(Number(parent), 0);
    } catch {
        process.exit(0);
    }
}, 500);
