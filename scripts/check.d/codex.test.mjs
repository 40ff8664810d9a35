// The hooks of Codex that the image brings (config/image/agents), with a process on a terminal of its own for Codex.
import assert from "node:assert/strict"
import { spawn, spawnSync } from "node:child_process"
import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import { after, before, test } from "node:test"
import { fileURLToPath } from "node:url"

const HOOK = fileURLToPath(new URL("../../config/image/agents/lib/codex-hook.mjs", import.meta.url))
const CONVERSATION = "01a22440-4e50-7952-9e44-cec74a3abca4"
const home = fs.mkdtempSync(path.join(os.tmpdir(), "shed-codex-"))
const directory = path.join(home, "shed", "agents")
// Codex on the terminal of a pane, and on one behind a relay, which is the first process of its pane.
let plain
let relay
let behind
const terminals = []

// The first process on a terminal of its own.
async function onTerminal(...words) {
    const terminal = spawn("script", ["-qc", words.join(" "), "/dev/null"], { stdio: ["pipe", "ignore", "ignore"] })
    terminals.push(terminal)
    return child(terminal.pid)
}

async function child(pid) {
    const end = Date.now() + 60_000
    for (let found; Date.now() < end; await new Promise((done) => setTimeout(done, 20))) {
        found = spawnSync("pgrep", ["-P", String(pid)]).stdout.toString().trim()
        if (found) return found
    }
    assert.fail("no process on a terminal")
}

before(async () => {
    plain = await onTerminal("exec sleep 600")
    const name = path.join(home, "shed-relay")
    fs.copyFileSync(spawnSync("which", ["script"]).stdout.toString().trim(), name)
    fs.chmodSync(name, 0o755)
    relay = await onTerminal("exec", name, "-qc", "'exec sleep 600'", "/dev/null")
    behind = await child(relay)
})

after(() => {
    terminals.forEach((terminal) => terminal.kill())
    fs.rmSync(home, { recursive: true, force: true })
})

// What is told after an event, when the panes have these titles, and this first process.
function told(event, first, ...titles) {
    const panes = titles.map((title, number) => `%${number}\t${first}\tsession${number}\t${process.pid}\t${title}\n`).join("")
    fs.writeFileSync(path.join(home, "panes"), panes)
    fs.writeFileSync(path.join(home, "tmux"), `#!/bin/sh\nexec cat ${home}/panes\n`, { mode: 0o755 })
    const env = { ...process.env, PATH: `${home}:${process.env.PATH}`, XDG_STATE_HOME: home, TMUX_PANE: "%7" }
    const input = JSON.stringify({ hook_event_name: event, session_id: CONVERSATION, cwd: "/workspace" })
    const run = spawnSync("node", [HOOK], { input, env })
    assert.deepEqual([run.status, run.stdout.toString(), run.stderr.toString()], [0, "", ""])
    const records = fs.existsSync(directory) ? fs.readdirSync(directory) : []
    return records.map((name) => JSON.parse(fs.readFileSync(path.join(directory, name), "utf8")))
}

test("nothing is told of a conversation that no terminal shows", () => {
    assert.deepEqual(told("SessionStart", plain, "proj", "Ready | 01a22440-4e50-7952-9e44-dddd7...", "Ready"), [])
})

test("what is told is about the terminal that shows the conversation", () => {
    for (const [event, state] of [["SessionStart", "idle"], ["UserPromptSubmit", "working"], ["Stop", "done"], ["Interrupt", "idle"]]) {
        const [record, ...others] = told(event, plain, "proj", `⠋ Working | ${CONVERSATION.slice(0, 29)}...`)
        assert.deepEqual(others, [])
        assert.deepEqual([record.agent, record.state, record.pane, record.session, record.directory, record.conversation],
            ["codex", state, "%1", "session1", "/workspace", CONVERSATION])
        assert.equal(record.pid, Number(plain))
        assert.match(record.server, new RegExp(`^${process.pid} \\d+$`))
        assert.ok(record.procStart)
    }
})

test("one process waits for its end", () => {
    const waiting = spawnSync("pgrep", ["-fx", `sh .*/agent-end ${plain}`]).stdout.toString().trim().split("\n")
    assert.equal(waiting.length, 1, String(waiting))
    assert.ok(waiting[0])
})

test("behind a relay it is about Codex, not about the relay", () => {
    fs.rmSync(directory, { recursive: true })
    const [record, ...others] = told("Stop", relay, `Ready | ${CONVERSATION.slice(0, 29)}...`)
    assert.deepEqual([record.pid, others], [Number(behind), []])
})

test("nothing is told of a terminal that is gone", () => {
    fs.rmSync(directory, { recursive: true })
    assert.deepEqual(told("Stop", 99999999, `Ready | ${CONVERSATION.slice(0, 29)}...`), [])
})

test("input that is none does nothing", () => {
    for (const input of ["", "{", "null", '{"hook_event_name":"Other"}', '{"hook_event_name":"Stop"}']) {
        const run = spawnSync("node", [HOOK], { input, env: { ...process.env, XDG_STATE_HOME: home } })
        assert.deepEqual([run.status, run.stdout.toString(), run.stderr.toString()], [0, "", ""])
    }
})
