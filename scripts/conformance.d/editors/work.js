// What an editor does with its server once it is connected: 32 connections at once, 8 MB both ways, and a target that
// refuses, after which everything goes on.
'use strict';
const assert = require('assert');
const crypto = require('crypto');
const http = require('http');

const PARALLEL = 32;

function get(socket) {
    return new Promise((resolve, reject) => {
        http.get({ createConnection: () => socket, path: '/version' }, (response) => {
            response.setEncoding('utf8');
            let text = '';
            response.on('data', (part) => (text += part));
            response.on('end', () => resolve(text));
        }).on('error', reject);
    });
}

function post(socket, body) {
    return new Promise((resolve, reject) => {
        const request = http.request({ createConnection: () => socket, method: 'POST' }, (response) => {
            const parts = [];
            response.on('data', (part) => parts.push(part));
            response.on('end', () => resolve({ body: Buffer.concat(parts), digest: response.trailers.digest }));
        });
        request.on('error', reject);
        request.end(body);
    });
}

function upgrade(socket) {
    return new Promise((resolve, reject) => {
        const headers = { Connection: 'Upgrade', Upgrade: 'websocket' };
        const request = http.request({ createConnection: () => socket, headers });
        request.on('upgrade', (_, upgraded) => resolve(upgraded));
        request.on('error', reject);
        request.end();
    });
}

// Sends messages of all sizes and takes each back, as an editor's protocol does, then says that it is over.
async function converse(socket) {
    const expect = (bytes) => new Promise((resolve, reject) => {
        const parts = [];
        let left = bytes.length;
        socket.on('data', function take(part) {
            parts.push(part);
            left -= part.length;
            if (left > 0) return;
            socket.off('data', take);
            Buffer.concat(parts).equals(bytes) ? resolve() : reject(new Error('other bytes came back'));
        });
    });
    for (const size of [1, 13, 1000, 65536, 300000, 1, 1]) {
        const bytes = crypto.randomBytes(size);
        const back = expect(bytes);
        socket.write(bytes);
        await back;
    }
    const ended = new Promise((resolve) => socket.once('end', resolve));
    socket.end();
    await ended;
}

async function exchange(connect) {
    const body = crypto.randomBytes(8 << 20);
    const got = await post(await connect(), body);
    assert(got.body.equals(body), 'other bytes came back');
    assert.strictEqual(got.digest, crypto.createHash('sha256').update(body).digest('hex'));
}

module.exports = async function work(connect, refused) {
    const pid = await get(await connect());
    assert.match(pid, /^\d+\n$/);
    const all = await Promise.all(Array.from({ length: PARALLEL }, async () => upgrade(await connect())));
    await Promise.all([...all.map(converse), ...Array.from({ length: 3 }, () => exchange(connect))]);
    if (refused) {
        await assert.rejects(refused, /refused|open failure|hangs up/i);
    }
    assert.strictEqual(await get(await connect()), pid);
};
