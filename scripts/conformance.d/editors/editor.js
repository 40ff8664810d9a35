// An editor at its own end: speaks to server.js through the forwards of a client that is running already.
//
//   node editor.js socks PORT HOST:PORT    through `ssh -D`
//   node editor.js tcp PORT                through `ssh -L`
'use strict';
const net = require('net');
const work = require('./work');

const open = (port) => new Promise((resolve, reject) => {
    const socket = net.connect({ host: '127.0.0.1', port, allowHalfOpen: true });
    socket.once('connect', () => resolve(socket));
    socket.once('error', reject);
});

// One answer of the proxy's, byte for byte, so that nothing of what follows it is taken.
const answer = (socket, length) => new Promise((resolve, reject) => {
    const look = () => {
        const got = socket.read(length);
        if (got) {
            socket.off('readable', look);
            resolve(got);
        }
    };
    socket.on('readable', look);
    socket.once('end', () => reject(new Error('the proxy hangs up')));
    look();
});

// SOCKS 5, a name as the target: the far end resolves it.
async function socks(proxy, host, port) {
    const socket = await open(proxy);
    socket.write(Buffer.from([5, 1, 0]));
    await answer(socket, 2);
    socket.write(Buffer.concat([Buffer.from([5, 1, 0, 3, host.length]), Buffer.from(host), Buffer.from([port >> 8, port & 255])]));
    const reply = await answer(socket, 10);
    if (reply[1] !== 0) throw new Error(`refused: ${reply[1]}`);
    return socket;
}

const [way, port, target] = process.argv.slice(2);
const [host, number] = (target ?? '').split(':');
const connect = way === 'socks' ? () => socks(Number(port), host, Number(number)) : () => open(Number(port));
const refused = way === 'socks' ? () => socks(Number(port), host, 1) : undefined;
work(connect, refused).then(() => process.exit(0), (problem) => {
    console.error(problem);
    process.exit(1);
});
