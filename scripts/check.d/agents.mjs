// A place for what the image brings for coding agents: a home, a tmux and the directory of their records, and what the gateway
// reads and writes there. Each file of tests has one of its own.
import assert from "node:assert/strict"
import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import { after, beforeEach } from "node:test"
import { fileURLToPath, pathToFileURL } from "node:url"

export const LIB = fileURLToPath(new URL("../../config/image/agents/lib/", import.meta.url))
export const PATIENCE = 60_000

export const home = fs.mkdtempSync(path.join(os.tmpdir(), "shed-agents-"))
after(() => {
    const pasted = fs.existsSync(path.join(home, "pasted"))
    fs.rmSync(home, { recursive: true, force: true })
    assert.ok(!pasted, "text was run by a shell")
})
process.env.XDG_STATE_HOME = path.join(home, "state")
process.env.CLAUDE_CONFIG_DIR = path.join(home, "claude")
process.env.TMUX_PANE = "%3"
fs.writeFileSync(path.join(home, "tmux"), "#!/bin/sh\n[ \"$4 $5\" = '%3 #{pid} #{session_name}' ] && echo \"$PPID work\"\n", { mode: 0o755 })
process.env.PATH = `${home}:${process.env.PATH}`
export const directory = path.join(home, "state", "shed", "agents")
export const records = await import(pathToFileURL(path.join(LIB, "records.mjs")))

export const hostile = `"'\`$(touch ${home}/pasted)\\ \u0000\u001b[2J\r\n\t\u202e\ud800 ${"é\u0001\"".repeat(20_000)}`

beforeEach(() => {
    fs.rmSync(directory, { recursive: true, force: true })
    fs.rmSync(process.env.CLAUDE_CONFIG_DIR, { recursive: true, force: true })
})

export async function until(what, condition) {
    const end = Date.now() + PATIENCE
    for (let value; Date.now() < end; await new Promise((done) => setTimeout(done, 20))) {
        if ((value = condition())) return value
    }
    assert.fail(`not in time: ${what}`)
}

export const files = (suffix) => (fs.existsSync(directory) ? fs.readdirSync(directory) : []).filter((name) => name.endsWith(suffix))

// Why an answer was refused, as the gateway reads it.
export const refusal = async (id) => {
    const file = path.join(directory, `${id}.refused`)
    await until("a refusal", () => fs.existsSync(file))
    const why = fs.readFileSync(file, "utf8")
    fs.unlinkSync(file)
    return why
}

// A file as the gateway reads it: one line, at most 8 KiB.
export function read(name) {
    const text = fs.readFileSync(path.join(directory, name), "utf8")
    assert.ok(Buffer.byteLength(text) <= 8192, `${name} has ${Buffer.byteLength(text)} bytes`)
    assert.equal(text.indexOf("\n"), text.length - 1)
    assert.ok(!/[\u0000-\u0009\u000b-\u001f]/.test(text))
    assert.equal(fs.statSync(path.join(directory, name)).mode & 0o777, 0o600)
    return JSON.parse(text)
}

export const state = (pid = process.pid) => fs.existsSync(path.join(directory, `${pid}.json`)) ? read(`${pid}.json`) : undefined

export const question = () => until("a question", () => files(".question")[0] && read(files(".question")[0]))

export function answer(id, fields) {
    const temporary = path.join(directory, ".answer")
    fs.writeFileSync(temporary, JSON.stringify({ version: 1, id, ...fields }))
    fs.linkSync(temporary, path.join(directory, `${id}.answer`))
    fs.unlinkSync(temporary)
}
