// What the image brings for coding agents (config/image/agents), each part with a fake agent: this process, which keeps
// a record as Claude Code does. `node --test scripts/check.d/agents.test.mjs`
import assert from "node:assert/strict"
import { spawn, spawnSync } from "node:child_process"
import fs from "node:fs"
import path from "node:path"
import { test } from "node:test"
import { fileURLToPath } from "node:url"

import { LIB, PATIENCE, answer, directory, files, home, hostile, question, records, refusal, state, until } from "./agents.mjs"

const NOTIFY = fileURLToPath(new URL("../../config/image/agents/shed-notify", import.meta.url))
const { Agent, cut, prune, startOf } = records

// The record that Claude Code keeps of itself.
function claudeIs(status, statusUpdatedAt) {
    const sessions = path.join(process.env.CLAUDE_CONFIG_DIR, "sessions")
    fs.mkdirSync(sessions, { recursive: true })
    const record = { pid: process.pid, procStart: startOf(process.pid), status, statusUpdatedAt }
    fs.writeFileSync(path.join(sessions, "new"), JSON.stringify(record))
    fs.renameSync(path.join(sessions, "new"), path.join(sessions, `${process.pid}.json`))
}

// A hook of Claude Code; its end has what it said.
function hook(event, input = {}) {
    const child = spawn("node", [path.join(LIB, "claude-hook.mjs")], { stdio: ["pipe", "pipe", "inherit"] })
    child.stdin.on("error", () => {})
    child.stdin.end(JSON.stringify({ hook_event_name: event, session_id: "c0ffee-1", ...input }))
    let output = ""
    child.stdout.on("data", (part) => (output += part))
    const limit = setTimeout(() => child.kill("SIGKILL"), PATIENCE)
    const end = new Promise((done) => child.on("close", (status) => {
        clearTimeout(limit)
        done({ status, output })
    }))
    return { child, end, decision: async () => JSON.parse((await end).output).hookSpecificOutput.decision }
}

const bash = { tool_name: "Bash", tool_input: { command: "touch /workspace/x", description: "harmless" } }
const colour = {
    tool_name: "AskUserQuestion",
    tool_input: { questions: [{ question: "Which colour?", header: "Colour", multiSelect: false,
        options: [{ label: "Red", description: "" }, { label: "Blue", description: "" }] }] },
}

test("each event of Claude Code is a state", async () => {
    for (const [event, expected, input] of [
        ["SessionStart", "idle", { source: "startup" }], ["UserPromptSubmit", "working", { prompt: hostile }],
        ["SessionStart", "working", { source: "compact" }],
        ["Stop", "done", {}], ["StopFailure", "error", { error: "rate_limit" }], ["StopFailure", "error", { error: "unknown", last_assistant_message: hostile }]]) {
        assert.deepEqual(await hook(event, input).end, { status: 0, output: "" })
        assert.equal(state().state, expected, event)
        assert.deepEqual([state().agent, state().procStart, state().pane, state().conversation],
            ["claude-code", startOf(process.pid), "%3", "c0ffee-1"])
    }
    assert.ok(state().message.startsWith("\"'`$(touch"))
    await hook("SessionEnd").end
    assert.equal(state(), undefined)
})

test("a permission is asked, and allowed from elsewhere", async () => {
    claudeIs("waiting", 5)
    const asking = hook("PermissionRequest", bash)
    const asked = await question()
    assert.deepEqual([asked.kind, asked.title, asked.detail, asked.options], ["permission", "Bash", "touch /workspace/x", ["Yes", "No"]])
    assert.match(asked.id, /^[A-Za-z0-9_-]{8,64}$/)
    assert.deepEqual([asked.pid, asked.hookPid, asked.hookStart], [process.pid, asking.child.pid, startOf(asking.child.pid)])
    await until("blocked", () => state()?.state === "blocked")
    assert.deepEqual([state().kind, state().message], ["permission", "Bash: touch /workspace/x"])
    answer(asked.id, { decision: "allow" })
    assert.deepEqual(await asking.decision(), { behavior: "allow" })
    assert.deepEqual([files(".question"), files(".answer"), state().state], [[], [], "working"])
})

test("a permission is denied, with the reason", async () => {
    claudeIs("waiting", 5)
    const asking = hook("PermissionRequest", bash)
    answer((await question()).id, { decision: "deny", text: 'not "that"\n' })
    assert.deepEqual(await asking.decision(), { behavior: "deny", message: 'not "that"\n' })
})

test("an option of a question is chosen", async () => {
    for (const [fields, chosen] of [[{ option: 2 }, "Blue"], [{ text: "Green" }, "Green"]]) {
        claudeIs("waiting", 5)
        const asking = hook("PermissionRequest", colour)
        const asked = await question()
        assert.deepEqual([asked.kind, asked.title, asked.detail, asked.options], ["question", "Colour", "Which colour?", ["Red", "Blue"]])
        answer(asked.id, { decision: "option", ...fields })
        const { behavior, updatedInput } = await asking.decision()
        assert.deepEqual([behavior, updatedInput.answers], ["allow", { "Which colour?": chosen }])
    }
})

test("what was answered on the screen is closed", async () => {
    for (const [next, expected] of [[["busy", 6], "working"], [["idle", 6], "idle"], [["waiting", 7], "working"]]) {
        claudeIs("waiting", 5)
        const asking = hook("PermissionRequest", bash)
        await question()
        // Only what was seen on the screen can vanish from it.
        await until("blocked", () => state()?.state === "blocked")
        answer(files(".question")[0].replace(".question", ""), { decision: "option", option: 9 })
        await until("a look", () => files(".answer").length === 0)
        claudeIs(...next)
        assert.deepEqual(await asking.end, { status: 0, output: "" })
        assert.deepEqual([files(".question"), state().state], [[], expected])
    }
})

test("a later event closes what is left, and keeps its own state", async () => {
    claudeIs("waiting", 5)
    const asking = hook("PermissionRequest", bash)
    await question()
    await until("blocked", () => state()?.state === "blocked")
    await hook("Stop").end
    assert.deepEqual(await asking.end, { status: 0, output: "" })
    assert.equal(state().state, "done")
})

test("a signal and the end of the agent close it as well", async () => {
    claudeIs("waiting", 5)
    const asking = hook("PermissionRequest", bash)
    await question()
    await until("blocked", () => state()?.state === "blocked")
    asking.child.kill("SIGTERM")
    await asking.end
    assert.deepEqual(files(".question"), [])

    const agent = spawn("sh", ["-c", `node '${LIB}claude-hook.mjs'; :`], { stdio: ["pipe", "ignore", "inherit"] })
    agent.stdin.end(JSON.stringify({ hook_event_name: "PermissionRequest", ...bash }))
    assert.equal((await question()).pid, agent.pid)
    agent.kill("SIGKILL")
    await until("closed", () => files(".question").length === 0)
})

test("what is no answer to the question is none", async () => {
    claudeIs("waiting", 5)
    const asking = hook("PermissionRequest", bash)
    const { id } = await question()
    const file = path.join(directory, `${id}.answer`)
    fs.writeFileSync(path.join(home, "elsewhere"), JSON.stringify({ version: 1, id, decision: "allow" }))
    for (const make of [
        () => fs.writeFileSync(file, "{"), () => fs.writeFileSync(file, "null"), () => fs.writeFileSync(file, '"allow"'),
        () => fs.writeFileSync(file, JSON.stringify({ version: 1, id: "another1", decision: "allow" })),
        () => fs.writeFileSync(file, JSON.stringify({ version: 1, id, decision: "allow", text: "x".repeat(9000) })),
        () => fs.writeFileSync(file, JSON.stringify({ version: 1, id, decision: ["allow"] })),
        () => answer(id, { decision: "option", option: 3 }), () => answer(id, { decision: "option", option: "1" }),
        () => fs.symlinkSync(path.join(home, "elsewhere"), file), () => spawnSync("mkfifo", [file]), () => fs.mkdirSync(file),
        () => fs.symlinkSync(path.join(home, "nowhere"), file)]) {
        make()
        await until("taken", () => !fs.lstatSync(file, { throwIfNoEntry: false }))
        assert.equal(asking.child.exitCode, null)
    }
    answer(id, { decision: "option", option: 1 })
    assert.deepEqual(await asking.decision(), { behavior: "allow" })
})

test("an answer that cannot be given is refused, and another one counts", async () => {
    const several = { ...colour, tool_input: { questions: [...colour.tool_input.questions, ...colour.tool_input.questions] } }
    for (const [asks, fields, why] of [
        [bash, { decision: "option", option: 3 }, /^a permission takes approve, deny, /], [bash, { decision: "option", text: "x" }, /^a permission/],
        [colour, { decision: "allow" }, /^a question takes deny, /], [colour, { decision: "option", option: 3 }, /^a question/],
        [several, { decision: "option", option: 1 }, /take deny only\n$/]]) {
        claudeIs("waiting", 5)
        const asking = hook("PermissionRequest", asks)
        const { id } = await question()
        answer(id, fields)
        assert.match(await refusal(id), why)
        assert.deepEqual([files(".question"), asking.child.exitCode], [[`${id}.question`], null])
        answer(id, { decision: "deny" })
        assert.equal((await asking.decision()).behavior, "deny")
    }
})

test("text of the model is bounded and only text", async () => {
    claudeIs("waiting", 5)
    for (const input of [
        { tool_name: hostile, tool_input: { command: hostile } }, { tool_name: 7, tool_input: [hostile] }, { tool_name: "Write" },
        { tool_name: "AskUserQuestion", tool_input: { questions: [{ question: hostile, header: hostile,
            options: Array.from({ length: 15 }, () => ({ label: hostile })) }] } }]) {
        const asking = hook("PermissionRequest", { session_id: hostile, ...input })
        const asked = await question()
        await until("blocked", () => state()?.state === "blocked")
        if (input.tool_input?.command) assert.match(asked.detail, / … \(\d+ characters\)$/)
        answer(asked.id, { decision: "deny" })
        assert.equal((await asking.decision()).behavior, "deny")
    }
})

test("what cannot be understood keeps nobody from working", async () => {
    for (const input of ["", "{", "null", "[]", '{"hook_event_name":"Stop","session_id":[]}']) {
        const run = spawnSync("node", [path.join(LIB, "claude-hook.mjs")], { input })
        assert.deepEqual([run.status, run.stdout.toString(), run.stderr.toString()], [0, "", ""])
    }
    const run = spawnSync("/bin/sh", [path.join(LIB, "claude-hook")], { input: "{}", env: { PATH: home } })
    assert.deepEqual([run.status, run.stderr.toString()], [0, ""])
})

test("what is gone leaves nothing behind", () => {
    const agent = new Agent("opencode", process.pid)
    agent.tell("working")
    const kept = agent.ask({ kind: "question", title: "a", detail: "b", options: [] })
    for (const [name, of] of [["1.json", { pid: 1, procStart: "0" }], ["gone1234.question", { pid: 99999999, procStart: "1" }],
        ["gone1235.question", { pid: process.pid, procStart: startOf(process.pid), hookPid: 99999999, hookStart: "1" }]]) {
        fs.writeFileSync(path.join(directory, name), JSON.stringify({ version: 1, ...of }))
    }
    fs.writeFileSync(path.join(directory, "gone1234.answer"), "{}")
    fs.utimesSync(path.join(directory, "gone1234.answer"), 0, 0)
    fs.writeFileSync(path.join(directory, "gone1234.refused"), "x")
    fs.utimesSync(path.join(directory, "gone1234.refused"), 0, 0)
    fs.writeFileSync(path.join(directory, "fresh123.answer"), "{}")
    prune()
    assert.deepEqual(fs.readdirSync(directory).sort(), [`${process.pid}.json`, `${kept}.question`, "fresh123.answer"].sort())
})

test("what can be resumed elsewhere is kept for a month", () => {
    fs.mkdirSync(directory, { recursive: true })
    const gone = { version: 1, pid: 99999999, procStart: "1", conversation: "ses_1", since: Date.now() }
    for (const [name, of] of [["1.json", { session: "mine" }], ["2.json", { session: "other" }], ["3.json", {}],
        ["4.json", { session: "other", since: 1 }], ["5.json", { session: "other", conversation: undefined }]]) {
        fs.writeFileSync(path.join(directory, name), JSON.stringify({ ...gone, ...of }))
    }
    prune("mine")
    assert.deepEqual(fs.readdirSync(directory), ["2.json"])
})

test("an answer that the gateway has withdrawn is not used", (t) => {
    const agent = new Agent("opencode", process.pid)
    const id = agent.ask({ kind: "permission", title: "a", detail: "b", options: [] })
    answer(id, { decision: "allow" })
    const rename = fs.renameSync
    t.mock.method(fs, "renameSync", (from, to) => {
        fs.unlinkSync(from) // by the gateway
        rename(from, to)
    })
    assert.equal(agent.takeAnswer(id), undefined)
})

test("an answer that comes while one is looked for is not lost", (t) => {
    const agent = new Agent("opencode", process.pid)
    const id = agent.ask({ kind: "permission", title: "a", detail: "b", options: [] })
    const file = path.join(directory, `${id}.answer`)
    const open = fs.openSync
    let made = false
    const make = () => made || (made = answer(id, { decision: "allow" }) ?? true)
    t.mock.method(fs, "openSync", (name, ...rest) => {
        try {
            return open(name, ...rest)
        } finally {
            if (name === file) make()
        }
    })
    const early = agent.takeAnswer(id)
    make()
    assert.equal((early ?? agent.takeAnswer(id))?.decision, "allow")
    assert.deepEqual(fs.readdirSync(directory), [`${id}.question`])
})

test("an answer that comes too late is the gateway's to withdraw", () => {
    const agent = new Agent("opencode", process.pid)
    const id = agent.ask({ kind: "permission", title: "a", detail: "b", options: [] })
    answer(id, { decision: "allow" })
    assert.deepEqual([agent.close(id), agent.close(id)], [true, false])
    assert.deepEqual(files(".answer"), [`${id}.answer`])
})

test("cut keeps to its limit", () => {
    for (const text of [hostile, "", "short", undefined, 7]) {
        for (const limit of [100, 3500]) assert.ok(Buffer.byteLength(JSON.stringify(cut(text, limit))) <= limit + 2)
    }
    assert.equal(cut("short", 100), "short")
})

// shed-notify in a pane of a tmux that says what the pane's process is.
function notify(pane, ...words) {
    const bin = path.join(home, "bin")
    fs.mkdirSync(bin, { recursive: true })
    fs.writeFileSync(path.join(bin, "tmux"), `#!/bin/sh\necho ${pane}\n`, { mode: 0o755 })
    return spawnSync("/bin/sh", [NOTIFY, ...words], { env: { ...process.env, PATH: `${bin}:${process.env.PATH}` }, encoding: "utf8" })
}

test("shed-notify tells the state of who called it", () => {
    const run = notify(process.pid, "blocked", "--kind", "question", "which", "colour?")
    assert.deepEqual([run.status, run.stderr], [0, ""])
    const told = state()
    assert.deepEqual([told.state, told.kind, told.message, told.pane, told.procStart],
        ["blocked", "question", "which colour?", "%3", startOf(process.pid)])
    assert.ok(Math.abs(told.since - Date.now()) < PATIENCE)
    notify(process.pid, "done")
    assert.deepEqual([state().state, state().kind, state().message], ["done", undefined, ""])
    for (const text of [hostile.replaceAll("\u0000", "").slice(0, 20_000), "\\", '"', "-n", "%s%n", "\\u0022"]) {
        assert.equal(notify(process.pid, "error", text).status, 0)
        assert.ok(state().message.length <= 600)
    }
    assert.equal(state().message, "\\u0022")
    notify(process.pid, "clear")
    assert.deepEqual(fs.readdirSync(directory), [])
})

test("shed-notify refuses what it does not know", () => {
    for (const words of [[], ["busy"], ["blocked", "--kind", "pizza"]]) assert.equal(notify(process.pid, ...words).status, 64)
    assert.equal(notify("''; exit 1", "done").status, 1)
})

test("what has ended by itself is forgotten, and nothing else", (t) => {
    const tmux = spawn("sleep", ["600"])
    t.after(() => tmux.kill())
    const server = `${tmux.pid} ${startOf(tmux.pid)}`
    const gone = { agent: "codex", procStart: "1", pane: "%3", session: "work", server }
    for (const [said, record, isForgotten] of [
        [`${tmux.pid} //`, gone, true], [`${tmux.pid} 0//`, gone, true], [`${tmux.pid} 1/0/`, gone, true],
        [`${tmux.pid} 1/7/`, gone, false], [`${tmux.pid} 1//9`, gone, false], ["1 //", gone, false], ["", gone, false],
        [`${tmux.pid} //`, { ...gone, server: `${tmux.pid} 1` }, false], [`${tmux.pid} //`, { ...gone, server: "99999999 1" }, false],
        [`${tmux.pid} //`, { ...gone, server: undefined }, false], [`${tmux.pid} //`, { ...gone, procStart: undefined }, false],
        [`${tmux.pid} //`, { ...gone, server: undefined, message: `"server":"${server}"` }, false],
        [`${tmux.pid} //`, { ...gone, server: "$(touch pasted) *" }, false]]) {
        fs.mkdirSync(directory, { recursive: true })
        fs.writeFileSync(path.join(home, "said"), said)
        fs.mkdirSync(path.join(home, "bin"), { recursive: true })
        fs.writeFileSync(path.join(home, "bin", "tmux"), `#!/bin/sh\ncat '${home}/said'\n`, { mode: 0o755 })
        fs.writeFileSync(path.join(directory, "99999998.json"), JSON.stringify(record))
        fs.writeFileSync(path.join(directory, `${process.pid}.json`), JSON.stringify({ ...gone, procStart: startOf(process.pid) }))
        const env = { ...process.env, PATH: `${home}/bin:${process.env.PATH}` }
        const run = spawnSync("sh", [path.join(LIB, "agent-end")], { cwd: home, env })
        assert.deepEqual([run.status, run.stdout.toString(), run.stderr.toString()], [0, "", ""])
        const left = [...(isForgotten ? [] : ["99999998.json"]), `${process.pid}.json`]
        assert.deepEqual(fs.readdirSync(directory).sort(), left.sort(), JSON.stringify([said, record]))
    }
})

test("a process that nobody has waited for has ended", async (t) => {
    const tmux = spawn("sh", ["-c", "sleep 0.2 & echo $!; exec sleep 600"])
    t.after(() => tmux.kill())
    const pid = Number(await new Promise((done) => tmux.stdout.once("data", (line) => done(String(line)))))
    fs.mkdirSync(directory, { recursive: true })
    fs.writeFileSync(path.join(home, "bin", "tmux"), `#!/bin/sh\necho '${tmux.pid} //'\n`, { mode: 0o755 })
    const record = { agent: "codex", procStart: startOf(pid), pane: "%3", session: "a", server: `${tmux.pid} ${startOf(tmux.pid)}` }
    fs.writeFileSync(path.join(directory, `${pid}.json`), JSON.stringify(record))
    const env = { ...process.env, PATH: `${home}/bin:${process.env.PATH}` }
    spawnSync("sh", [path.join(LIB, "agent-end"), String(pid)], { env, timeout: 10_000 })
    assert.deepEqual([startOf(pid) === record.procStart, files(".json")], [true, []])
})

test("so is the note of an agent that was about to start, if it is that one", (t) => {
    const tmux = spawn("sleep", ["600"])
    t.after(() => tmux.kill())
    const notes = path.join(directory, "..", "sessions")
    fs.mkdirSync(notes, { recursive: true })
    fs.mkdirSync(directory, { recursive: true })
    fs.writeFileSync(path.join(home, "bin", "tmux"), `#!/bin/sh\necho '${tmux.pid} //'\n`, { mode: 0o755 })
    for (const [session, note, isForgotten] of [
        ["a", { agent: "codex", starting: true }, true], ["b", { agent: "opencode", starting: true }, false], ["c", { agent: "codex" }, false]]) {
        const record = { agent: "codex", procStart: "1", pane: "%3", session, server: `${tmux.pid} ${startOf(tmux.pid)}` }
        fs.writeFileSync(path.join(directory, "99999998.json"), JSON.stringify(record))
        fs.writeFileSync(path.join(notes, `${session}.json`), JSON.stringify(note) + "\n")
        spawnSync("sh", [path.join(LIB, "agent-end"), "99999998"], { env: { ...process.env, PATH: `${home}/bin:${process.env.PATH}` } })
        assert.deepEqual([files(".json"), fs.existsSync(path.join(notes, `${session}.json`))], [[], !isForgotten])
    }
})

test("so is that of an agent that was resumed and has no record, unless something else waits for its end", (t) => {
    const tmux = spawn("sleep", ["600"])
    t.after(() => tmux.kill())
    const note = path.join(directory, "..", "sessions", "a.json")
    const bin = path.join(home, "bin")
    for (const where of [path.dirname(note), directory, bin]) fs.mkdirSync(where, { recursive: true })
    fs.writeFileSync(path.join(bin, "tmux"), `#!/bin/sh\ncase $5 in *session_name*) echo a ;; *) echo '${tmux.pid} //' ;; esac\n`, { mode: 0o755 })
    const env = { ...process.env, PATH: `${bin}:${process.env.PATH}`, TMUX: `/tmp/x,${tmux.pid},0` }
    for (const [word, server, ends, isForgotten] of [
        ["codex", undefined, true, true], ["opencode", undefined, true, false], ["codex", `${tmux.pid} 1`, false, false]]) {
        const agent = spawn("sleep", [ends ? "1" : "600"])
        t.after(() => agent.kill())
        fs.writeFileSync(note, JSON.stringify({ agent: "codex", starting: true }) + "\n")
        if (server) fs.writeFileSync(path.join(directory, `${agent.pid}.json`), JSON.stringify({ procStart: startOf(agent.pid), server }))
        const run = spawnSync("sh", [path.join(LIB, "agent-end"), String(agent.pid), word], { env, timeout: 20_000 })
        assert.deepEqual([run.status, fs.existsSync(note)], [0, !isForgotten])
    }
})
