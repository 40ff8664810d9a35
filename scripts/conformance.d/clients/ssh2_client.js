// ssh2 (npm) as a conformance client; the checks: README.md.
'use strict';
const fs = require('fs');
const {Client} = require('ssh2');

const [check, argument] = process.argv.slice(2);
const connection = new Client();
const fail = error => { console.error(String(error)); process.exit(1); };

function run(command, data) {
  connection.exec(command, (error, stream) => {
    if (error) fail(error);
    let status = 255;
    stream.on('exit', code => { status = code; });
    stream.on('close', () => { connection.end(); process.exitCode = status; });
    stream.pipe(process.stdout);
    stream.stderr.resume();
    if (data !== undefined) stream.end(data);
  });
}

function leave(command) {
  connection.exec(command, error => {
    if (error) fail(error);
    connection.end();
  });
}

function feedClose(command, data) {
  connection.exec(command, (error, stream) => {
    if (error) fail(error);
    stream.end(data, () => {
      stream.close();
      run('echo alive');
    });
  });
}

function refused(port) {
  connection.forwardOut('127.0.0.1', 1, 'localhost', Number(port), error => {
    if (!error) fail('accepted');
    run('echo alive');
  });
}

function forward(port) {
  connection.forwardOut('127.0.0.1', 1, 'localhost', Number(port), (error, stream) => {
    if (error) fail(error);
    stream.on('close', () => connection.end());
    stream.pipe(process.stdout);
    stream.end(Buffer.alloc(5000));
  });
}

function back() {
  connection.on('tcp connection', (_, accept) => accept().end(Buffer.alloc(1000)));
  connection.forwardIn('localhost', 0, (error, port) => {
    if (error) fail(error);
    console.log(port);
    process.stdin.on('end', () => connection.end());
    process.stdin.resume();
  });
}

const CHECKS = {
  exec: () => run(argument),
  feed: () => run(argument, fs.readFileSync(0)),
  leave: () => leave(argument),
  'feed-close': () => feedClose(argument, fs.readFileSync(0)),
  refused: () => refused(argument),
  forward: () => forward(argument),
  back: () => back(),
};

connection.on('error', fail);
connection.on('ready', () => (CHECKS[check] || (() => process.exit(64)))());
connection.connect({
  host: '127.0.0.1',
  port: Number(process.env.PORT),
  username: process.env.LOGIN,
  privateKey: fs.readFileSync(process.env.KEY),
  readyTimeout: 60000,
});
