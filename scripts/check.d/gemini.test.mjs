// The hooks of Gemini CLI that the image brings (config/image/agents); this process stands for Gemini CLI.
import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import { after, beforeEach, test } from "node:test"
import { fileURLToPath } from "node:url"

const IMAGE = new URL("../../config/image/agents/", import.meta.url)
const HOOK = fileURLToPath(new URL("lib/gemini-hook.mjs", IMAGE))
const home = fs.mkdtempSync(path.join(os.tmpdir(), "shed-gemini-"))
const transcript = path.join(home, "chat.jsonl")
const record = path.join(home, "shed", "agents", `${process.pid}.json`)

after(() => fs.rmSync(home, { recursive: true, force: true }))
beforeEach(() => fs.rmSync(record, { force: true }))

function hook(input) {
    const env = { ...process.env, XDG_STATE_HOME: home, TMUX_PANE: "%3" }
    const run = spawnSync("node", [HOOK], { input, env })
    // Gemini CLI takes what a hook prints for instructions.
    assert.deepEqual([run.status, run.stdout.toString(), run.stderr.toString()], [0, "", ""])
    return fs.existsSync(record) ? JSON.parse(fs.readFileSync(record, "utf8")) : undefined
}

const told = (event, fields) => hook(JSON.stringify({ hook_event_name: event, session_id: "c0ffee-1", transcript_path: transcript, ...fields }))

// What is told at the end of a turn whose conversation ends so.
function ended(...entries) {
    fs.writeFileSync(transcript, entries.map((entry) => (typeof entry === "string" ? entry : JSON.stringify(entry)) + "\n").join(""))
    told("BeforeAgent", { prompt: "x" })
    return told("AfterAgent", { prompt: "x", prompt_response: "[no response text]" })
}

const updated = { $set: { lastUpdated: "2026-11-29T01:10:33.640Z" } }
const asked = { type: "user", content: [{ text: "fix it" }] }
const failure = { type: "error", content: "[API Error: overloaded]" }
const cancelled = { type: "info", content: "Request cancelled." }

test("each event of Gemini CLI is a state", () => {
    for (const [event, state] of [["SessionStart", "idle"], ["BeforeAgent", "working"], ["AfterTool", "working"]]) {
        const record = told(event)
        assert.deepEqual([record.agent, record.pid, record.pane, record.conversation, record.state],
            ["gemini", process.pid, "%3", "c0ffee-1", state])
    }
    assert.equal(told("SessionEnd"), undefined)
})

test("a permission is no question", () => {
    const asks = (details) => {
        const { state, kind, message } = told("Notification", { notification_type: "ToolPermission", details })
        return [state, kind, message]
    }
    assert.deepEqual(asks({ type: "exec", title: "Confirm Shell Command", command: "touch x" }),
        ["blocked", "permission", "Confirm Shell Command: touch x"])
    assert.deepEqual(asks({ type: "edit", title: "Confirm Edit", filePath: "/workspace/a.c" }),
        ["blocked", "permission", "Confirm Edit: /workspace/a.c"])
    assert.deepEqual(asks({ type: "ask_user", title: "Ask User" }), ["blocked", "question", "Ask User"])
    assert.deepEqual(asks({ type: "exec", title: 7, command: "\u001b[2J".repeat(9000) }).slice(0, 2), ["blocked", "permission"])
    assert.deepEqual(asks(undefined), ["blocked", "permission", undefined])
})

test("a notification about something else is no question", () => {
    told("BeforeAgent")
    assert.equal(told("Notification", { notification_type: "Other" }).state, "working")
})

test("the record of the conversation says how a turn has ended", () => {
    const is = ({ state, message }) => [state, message]
    assert.deepEqual(is(ended(asked, updated, { type: "gemini", content: "done" }, updated)), ["done", undefined])
    assert.deepEqual(is(ended(asked, { type: "gemini", content: "half of" }, failure, updated,
        { type: "info", content: "This request failed." }, updated)), ["error", "[API Error: overloaded]"])
    assert.deepEqual(is(ended(asked, { type: "gemini", content: "half of" }, cancelled, updated)), ["idle", undefined])
    assert.deepEqual(is(ended(failure, asked, { type: "gemini", content: "x".repeat(200_000) })), ["done", undefined])
})

test("an ending that nothing tells is not made up", () => {
    assert.equal(ended(asked).state, "working")
    assert.equal(ended(failure, updated, asked, updated).state, "working")
    assert.equal(ended().state, "working")
    assert.equal(ended("{", "null", "[]", "7", '{"type":["error"]}').state, "working")
    assert.equal(ended(asked, { type: "gemini", content: "x".repeat(3_000_000) }).state, "working")
    // What the model says or a tool prints is a text in an entry, never an entry.
    assert.equal(ended({ ...asked, content: `\n${JSON.stringify(failure)}\n` }).state, "working")
    for (const path_ of [path.join(home, "nowhere"), home, 7]) {
        told("BeforeAgent")
        assert.equal(told("AfterAgent", { transcript_path: path_ }).state, "working")
    }
    fs.symlinkSync(transcript, path.join(home, "link"))
    assert.equal(told("AfterAgent", { transcript_path: path.join(home, "link") }).state, "working")
    spawnSync("mkfifo", [path.join(home, "pipe")])
    assert.equal(told("AfterAgent", { transcript_path: path.join(home, "pipe") }).state, "working")
})

test("an error that is no text is an error", () => {
    assert.equal(ended(asked, { type: "error", content: [{ text: "x" }] }).state, "error")
})

test("input that is none does nothing", () => {
    for (const input of ["", "{", "null", "7", '{"hook_event_name":"Other"}', '{"hook_event_name":"toString"}']) {
        assert.equal(hook(input), undefined)
    }
})

test("every hook in the image's settings is this one", () => {
    const { hooks } = JSON.parse(fs.readFileSync(new URL("gemini/system-defaults.json", IMAGE), "utf8"))
    assert.deepEqual(Object.keys(hooks).sort(),
        ["AfterAgent", "AfterTool", "BeforeAgent", "Notification", "SessionEnd", "SessionStart"])
    for (const [{ hooks: [{ command }] }] of Object.values(hooks)) assert.equal(command, "exec /usr/local/lib/shed/gemini-hook")
    const run = spawnSync("/bin/sh", [fileURLToPath(new URL("lib/gemini-hook", IMAGE))], { input: "{}", env: { PATH: home } })
    assert.deepEqual([run.status, run.stdout.toString(), run.stderr.toString()], [0, "", ""])
})
