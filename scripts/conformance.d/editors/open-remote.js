// The steps of open-remote-ssh (VSCodium), with the ssh2 client that it brings: it probes, installs by a command that
// ends although a server stays, and opens a channel for each connection of the editor's.
//
//   node open-remote.js PORT USER KEY INSTALL-SCRIPT SERVER.JS
'use strict';
const assert = require('assert');
const fs = require('fs');
const { Client } = require('ssh2');
const work = require('./work');

const [port, username, key, script, server] = process.argv.slice(2);
const client = new Client();

const exec = (command, input) => new Promise((resolve, reject) => {
    client.exec(command, (problem, stream) => {
        if (problem) return reject(problem);
        let out = '';
        let err = '';
        stream.on('data', (part) => (out += part));
        stream.stderr.on('data', (part) => (err += part));
        stream.on('close', (code) => resolve({ code, out, err }));
        stream.end(input);
    });
});
const tcp = (to) => new Promise((resolve, reject) =>
    client.forwardOut('127.0.0.1', 0, '127.0.0.1', to, (problem, stream) => (problem ? reject(problem) : resolve(stream))));
const unix = (path) => new Promise((resolve, reject) =>
    client.openssh_forwardOutStreamLocal(path, (problem, stream) => (problem ? reject(problem) : resolve(stream))));

async function install(on) {
    const text = fs.readFileSync(script, 'utf8').replace('@SERVER@', fs.readFileSync(server).toString('base64')).replace('@ON@', on);
    const ran = await exec(`echo ${Buffer.from(text).toString('base64')} | base64 -d | bash -l`);
    assert.strictEqual(ran.code, 0, ran.err);
    const said = Object.fromEntries(ran.out.split('\n').map((line) => line.split('==')));
    assert(said.listeningOn, ran.out + ran.err);
    return said;
}

async function steps() {
    const system = await exec('uname -s');
    assert.deepStrictEqual([system.code, system.out], [0, 'Linux\n']);
    const first = await install('--on-host=127.0.0.1');
    await work(() => tcp(Number(first.listeningOn)), () => tcp(1));
    await exec(`kill ${first.pid}`);
    const second = await install('--on-socket=/tmp/open-remote.sock');
    await work(() => unix(second.listeningOn), () => unix('/tmp/nosuch.sock'));
    await exec(`kill ${second.pid}`);
}

client.on('error', (problem) => {
    console.error(problem);
    process.exit(1);
});
client.on('ready', () => steps().then(() => client.end(), (problem) => {
    console.error(problem);
    process.exit(1);
}));
// As open-remote-ssh has it: otherwise ssh2 offers unix sockets only to a server that is called OpenSSH.
const strictVendor = false;
client.connect({ host: '127.0.0.1', port: Number(port), username, privateKey: fs.readFileSync(key), strictVendor });
