// The plugin of OpenCode in the image, with this process in the place of OpenCode's client.
// `node --test scripts/check.d/opencode.test.mjs`
import assert from "node:assert/strict"
import path from "node:path"
import { test } from "node:test"
import { pathToFileURL } from "node:url"

import { LIB, answer, files, hostile, question, records, refusal, state, until } from "./agents.mjs"

// OpenCode with what it was sent.
async function openCode() {
    const sent = []
    const client = { _client: { post: async (request) => { sent.push(request); return {} } } }
    const { Shed } = await import(pathToFileURL(path.join(LIB, "opencode-plugin.mjs")))
    const { event } = await Shed({ client })
    return { sent, tell: (type, properties) => event({ event: { type, properties } }) }
}

const permission = (id, metadata) => ({ id, sessionID: "ses_1", permission: "bash", patterns: ["touch *"], metadata, always: [] })

test("OpenCode's events are states", async () => {
    const { tell } = await openCode()
    assert.equal(state().state, "idle")
    await tell("session.status", { sessionID: "ses_1", status: { type: "busy" } })
    assert.deepEqual([state().state, state().agent, state().conversation], ["working", "opencode", "ses_1"])
    assert.deepEqual([state().session, state().directory], ["work", process.cwd()])
    assert.equal(state().server, `${process.pid} ${records.startOf(process.pid)}`)
    await tell("session.created", { sessionID: "ses_2", info: { id: "ses_2", parentID: "ses_1" } })
    await tell("session.status", { sessionID: "ses_2", status: { type: "retry", attempt: 1, message: "overloaded" } })
    assert.deepEqual([state().state, state().message, state().conversation], ["working", "overloaded", "ses_1"])
    await tell("session.status", { sessionID: "ses_2", status: { type: "idle" } })
    assert.equal(state().state, "working")
    await tell("session.status", { sessionID: "ses_1", status: { type: "idle" } })
    assert.equal(state().state, "done")
    await tell("session.status", { sessionID: "ses_1", status: { type: "busy" } })
    await tell("session.error", { sessionID: "ses_1", error: { name: "MessageAbortedError", data: {} } })
    await tell("session.status", { sessionID: "ses_1", status: { type: "idle" } })
    assert.equal(state().state, "idle")
    await tell("session.status", { sessionID: "ses_1", status: { type: "busy" } })
    await tell("session.error", { sessionID: "ses_1", error: { name: "APIError", data: { message: hostile } } })
    await tell("session.status", { sessionID: "ses_1", status: { type: "idle" } })
    assert.equal(state().state, "error")
    assert.ok(state().message.startsWith("\"'`$(touch"))
})

// So it does while it waits for the next try after an error.
test("Esc is no end of a turn where OpenCode tells it by its message only", async () => {
    const { tell } = await openCode()
    const busy = { sessionID: "ses_1", status: { type: "busy" } }
    const idle = { sessionID: "ses_1", status: { type: "idle" } }
    const message = (info, output = 0) => tell("message.updated", { info: {
        sessionID: "ses_1", role: "assistant", tokens: { output }, time: { created: 1, completed: 2 }, ...info } })
    const turn = async (...message_) => {
        await tell("session.status", busy)
        await message({ time: { created: 1 } })
        await tell("session.status", { sessionID: "ses_1", status: { type: "retry", attempt: 2, message: "overloaded" } })
        await message(...message_)
        assert.equal(state().state, "working")
        await tell("session.status", idle)
        return state().state
    }
    assert.equal(await turn({}), "idle")
    assert.equal(await turn({ error: { name: "MessageAbortedError", data: {} } }), "idle")
    assert.equal(await turn({ finish: "stop" }, 5), "done")
    assert.equal(await turn({ finish: "stop" }), "done")
    assert.equal(await turn({}, 5), "done", "a version that has no `finish`")
    assert.equal(await turn({ role: "user" }), "done")
    await message({})
    assert.equal(state().state, "done", "a message of an earlier turn")
})

test("OpenCode's permissions are answered by their ids", async () => {
    const { sent, tell } = await openCode()
    for (const [fields, body] of [
        [{ decision: "allow" }, { reply: "once", message: undefined }],
        [{ decision: "deny", text: "no" }, { reply: "reject", message: "no" }]]) {
        await tell("permission.asked", permission("per_7", { command: hostile }))
        const asked = await question()
        assert.deepEqual([state().state, state().kind, asked.title], ["blocked", "permission", "bash"])
        answer(asked.id, { decision: "option", option: 9 })
        assert.match(await refusal(asked.id), /^a permission takes /)
        answer(asked.id, fields)
        await until("closed", () => files(".question").length === 0)
        const { url, path: of, body: told } = sent.pop()
        assert.deepEqual([url, of, told], ["/permission/{requestID}/reply", { requestID: "per_7" }, body])
    }
    await tell("permission.asked", permission("per_8", {}))
    await tell("permission.replied", { sessionID: "ses_1", requestID: "per_8", reply: "once" })
    assert.deepEqual([files(".question"), sent], [[], []])
})

test("OpenCode's questions are answered by their ids", async () => {
    const { sent, tell } = await openCode()
    const asks = { id: "que_1", sessionID: "ses_1", questions: [{ question: "Which?", header: "Colour",
        options: [{ label: "Red" }, { label: "Blue" }] }] }
    await tell("question.asked", asks)
    const asked = await question()
    assert.deepEqual([state().kind, asked.options], ["question", ["Red", "Blue"]])
    answer(asked.id, { decision: "allow" })
    assert.match(await refusal(asked.id), /^a question takes /)
    answer(asked.id, { decision: "option", option: 2 })
    await until("sent", () => sent.length === 1)
    assert.deepEqual(sent.pop().body, { answers: [["Blue"]] })
    await until("closed", () => files(".question").length === 0)
    await tell("question.asked", { ...asks, id: "que_2" })
    answer((await question()).id, { decision: "deny" })
    await until("sent", () => sent.length === 1)
    assert.equal(sent.pop().url, "/question/{requestID}/reject")
})
