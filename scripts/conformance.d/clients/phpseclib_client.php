<?php
// phpseclib 3 as a conformance client; it neither forwards nor sends input to a command. The checks: README.md.
require 'phpseclib3/autoload.php';

use phpseclib3\Crypt\PublicKeyLoader;
use phpseclib3\Net\SSH2;

[, $check, $command] = $argv;
$ssh = new SSH2('127.0.0.1', (int) getenv('PORT'), 30);
if (!$ssh->login(getenv('LOGIN'), PublicKeyLoader::load(file_get_contents(getenv('KEY'))))) {
    fwrite(STDERR, "login refused\n");
    exit(255);
}
if ($check !== 'exec') {
    exit(64);
}
$ssh->enableQuietMode();
echo $ssh->exec($command);
exit((int) $ssh->getExitStatus());
