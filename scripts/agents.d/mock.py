#!/usr/bin/env python3
"""mock.py --log FILE [--port PORT] [--replies FILE]

The model services of coding agents, for tests without a network: Anthropic Messages, OpenAI Responses and Chat
Completions, and Gemini. What the model does is in the last text of the user:

  mock: say TEXT       says TEXT
  mock: think N        says nothing for N seconds, then a sentence
  mock: stream N       says a word every half second, for N seconds
  mock: run COMMAND    calls the agent's shell; with A ;; B for A, and then for B; with A => TEXT it says TEXT at the end
  mock: ask NAME       asks which colour NAME shall have
  mock: fail STATUS    answers with that HTTP status

With --replies, a JSON object, a text that is one of its keys means what its value says. Anything else gets a short
answer. Each request and each end of an answer is a line of JSON in the log.
"""
import argparse
import json
import re
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SHELLS = ("Bash", "bash", "exec_command", "shell_command", "shell", "run_shell_command")
QUESTIONS = ("AskUserQuestion", "question", "request_user_input", "ask_user")
REPLIES = {}
MODELS = ("mock-model", "claude-sonnet-4-5", "claude-haiku-4-5", "gpt-5-codex")


def texts(content):
    """The texts of a message's content, whichever service it is for."""
    parts = [content] if isinstance(content, str) else content or []
    return [part if isinstance(part, str) else part.get("text") or "" for part in parts if isinstance(part, (str, dict))]


class Turn:
    """What the user has asked for, and how many tools have answered since."""

    def __init__(self, tools):
        self.tools = [tool for tool in tools if tool]
        self.verb, self.argument, self.results = "", "", 0

    def said(self, text):
        for task, meaning in REPLIES.items():
            text = text.replace(task, meaning)
        found = re.findall(r"mock: (\w+)[ \t]*([^\n<]*)", text)
        if found:
            (self.verb, self.argument), self.results = (found[-1][0], found[-1][1].strip()), 0

    def steps(self):
        """A list of ("say", text), ("wait", seconds), ("call", tool, arguments) or ("fail", status)."""
        if not self.tools:
            return [("say", '{"title": "Mock conversation", "isNewTopic": true}')]
        tool = next((name for name in {"run": SHELLS, "ask": QUESTIONS}.get(self.verb, ()) if name in self.tools), None)
        commands, _, end = self.argument.partition(" => ")
        calls = commands.split(" ;; ")
        if tool and self.results < len(calls):
            return [("say", "I run a command. "), ("call", tool, self.arguments(tool, calls[self.results]))]
        if self.verb == "fail":
            return [("fail", int(self.argument))]
        if self.verb == "think":
            return [("wait", float(self.argument)), ("say", "I have thought about it.")]
        if self.verb == "stream":
            return [step for n in range(int(self.argument) * 2) for step in (("say", f"word{n} "), ("wait", 0.5))]
        return [("say", self.argument if self.verb == "say" else end or "That is all.")]

    @staticmethod
    def arguments(tool, argument):
        colours = [{"label": "Red", "description": "warm"}, {"label": "Blue", "description": "cold"}]
        question = {"question": f"Which colour shall {argument} have?", "header": "Colour", "options": colours}
        return {
            "exec_command": {"cmd": argument, "sandbox_permissions": "require_escalated", "justification": "a test"},
            "shell": {"command": ["bash", "-lc", argument]},
            "AskUserQuestion": {"questions": [{**question, "multiSelect": False}]},
            "request_user_input": {"questions": [{**question, "id": "colour"}]},
            "ask_user": {"questions": [{**question, "type": "choice"}]},
            "question": {"questions": [question]},
        }.get(tool, {"command": argument, "description": "runs a command"})


def event(value, name=None):
    return ((f"event: {name}\n" if name else "") + f"data: {json.dumps(value)}\n\n").encode()


def name_of(kind):
    return f"{kind}_{uuid.uuid4().hex[:20]}"


class Anthropic:
    @staticmethod
    def turn(body):
        turn = Turn(tool.get("name") for tool in body.get("tools") or [])
        for message in body.get("messages", []):
            content = message.get("content")
            if message.get("role") == "user":
                turn.results += any(isinstance(part, dict) and part.get("type") == "tool_result" for part in content)
                turn.said("\n".join(text for text in texts(content) if "<system-reminder>" not in text))
        return turn

    @staticmethod
    def error(status):
        return {"type": "error", "error": {"type": "invalid_request_error", "message": f"mock error {status}"}}

    @staticmethod
    def block(step):
        if step[0] == "say":
            return {"type": "text", "text": step[1]}
        return {"type": "tool_use", "id": name_of("toolu"), "name": step[1], "input": step[2]}

    def whole(self, steps):
        called = any(step[0] == "call" for step in steps)
        usage = {"input_tokens": 9, "output_tokens": 5, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0}
        return {"id": name_of("msg"), "type": "message", "role": "assistant", "model": "claude-sonnet-4-5",
                "content": [self.block(step) for step in steps], "usage": usage,
                "stop_reason": "tool_use" if called else "end_turn", "stop_sequence": None}

    def begin(self):
        return event({"type": "message_start", "message": {**self.whole([]), "stop_reason": None}}, "message_start")

    def stream(self, steps):
        for index, step in enumerate(steps):
            block = self.block(step)
            empty, delta = {**block, "text": ""}, {"type": "text_delta", "text": block.get("text")}
            if step[0] == "call":
                empty, delta = {**block, "input": {}}, {"type": "input_json_delta", "partial_json": json.dumps(step[2])}
            for kind, more in (("start", {"content_block": empty}), ("delta", {"delta": delta}), ("stop", {})):
                yield event({"type": f"content_block_{kind}", "index": index, **more}, f"content_block_{kind}"), kind == "delta"

    def finish(self, steps):
        stop = {"stop_reason": self.whole(steps)["stop_reason"], "stop_sequence": None}
        yield event({"type": "message_delta", "delta": stop, "usage": {"output_tokens": 5}}, "message_delta")
        yield event({"type": "message_stop"}, "message_stop")


class Responses:
    @staticmethod
    def turn(body):
        turn, items = Turn(tool.get("name") or tool.get("type") for tool in body.get("tools") or []), body.get("input", [])
        for item in [{"role": "user", "content": items}] if isinstance(items, str) else items:
            turn.results += item.get("type", "").endswith("_call_output")
            if item.get("role") == "user":
                turn.said("\n".join(texts(item.get("content"))))
        return turn

    @staticmethod
    def error(status):
        return {"error": {"message": f"mock error {status}", "type": "invalid_request_error", "code": None, "param": None}}

    @staticmethod
    def item(step):
        if step[0] == "say":
            return {"type": "message", "id": name_of("msg"), "role": "assistant", "status": "completed",
                    "content": [{"type": "output_text", "text": step[1], "annotations": []}]}
        return {"type": "function_call", "id": name_of("fc"), "call_id": name_of("call"), "name": step[1],
                "status": "completed", "arguments": json.dumps(step[2])}

    def whole(self, steps, status="completed"):
        usage = {"input_tokens": 9, "input_tokens_details": {"cached_tokens": 0}, "output_tokens": 5,
                 "output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": 14}
        return {"id": name_of("resp"), "object": "response", "created_at": int(time.time()), "model": "gpt-5-codex",
                "status": status, "output": [self.item(step) for step in steps], "usage": usage}

    def begin(self):
        return event({"type": "response.created", "response": self.whole([], "in_progress")}, "response.created")

    def stream(self, steps):
        for index, step in enumerate(steps):
            item = self.item(step)
            events = [("output_item.added", {"item": {**item, "status": "in_progress"}})]
            if step[0] == "say":
                events = [("output_item.added", {"item": {**item, "status": "in_progress", "content": []}}),
                          ("output_text.delta", {"item_id": item["id"], "content_index": 0, "delta": step[1]})]
            for name, more in (*events, ("output_item.done", {"item": item})):
                yield event({"type": f"response.{name}", "output_index": index, **more}, f"response.{name}"), name.endswith("delta")

    def finish(self, steps):
        yield event({"type": "response.completed", "response": self.whole(steps)}, "response.completed")


class Chat:
    @staticmethod
    def turn(body):
        turn = Turn((tool.get("function") or {}).get("name") for tool in body.get("tools") or [])
        for message in body.get("messages", []):
            turn.results += message.get("role") == "tool"
            if message.get("role") == "user":
                turn.said("\n".join(texts(message.get("content"))))
        return turn

    error = staticmethod(Responses.error)

    @staticmethod
    def delta(step):
        if step[0] == "say":
            return {"content": step[1]}
        function = {"name": step[1], "arguments": json.dumps(step[2])}
        return {"tool_calls": [{"index": 0, "id": name_of("call"), "type": "function", "function": function}]}

    @staticmethod
    def choice(kind, name, value, finish=None):
        usage = {"prompt_tokens": 9, "completion_tokens": 5, "total_tokens": 14}
        return {"id": name_of("chatcmpl"), "object": kind, "created": int(time.time()), "model": "mock-model",
                "choices": [{"index": 0, name: value, "finish_reason": finish}], "usage": usage}

    def reason(self, steps):
        return "tool_calls" if any(step[0] == "call" for step in steps) else "stop"

    def whole(self, steps):
        message = {"role": "assistant", "content": ""}
        for step in steps:
            message.update(self.delta(step))
        return self.choice("chat.completion", "message", message, self.reason(steps))

    def begin(self):
        return event(self.choice("chat.completion.chunk", "delta", {"role": "assistant", "content": ""}))

    def stream(self, steps):
        for step in steps:
            yield event(self.choice("chat.completion.chunk", "delta", self.delta(step))), True

    def finish(self, steps):
        yield event(self.choice("chat.completion.chunk", "delta", {}, self.reason(steps)))
        yield b"data: [DONE]\n\n"


class Gemini:
    @staticmethod
    def turn(body):
        declared = [function for tool in body.get("tools") or [] for function in tool.get("functionDeclarations") or []]
        turn = Turn(function.get("name") for function in declared)
        for message in body.get("contents", []):
            parts = message.get("parts", [])
            turn.results += any("functionResponse" in part for part in parts)
            if message.get("role") == "user":
                turn.said("\n".join(texts(parts)))
        return turn

    @staticmethod
    def error(status):
        return {"error": {"code": status, "message": f"mock error {status}", "status": "INVALID_ARGUMENT"}}

    @staticmethod
    def part(step):
        return {"text": step[1]} if step[0] == "say" else {"functionCall": {"name": step[1], "args": step[2]}}

    def whole(self, steps, finish="STOP"):
        candidate = {"content": {"role": "model", "parts": [self.part(step) for step in steps]}, "index": 0}
        usage = {"promptTokenCount": 9, "candidatesTokenCount": 5, "totalTokenCount": 14}
        return {"candidates": [{**candidate, **({"finishReason": finish} if finish else {})}], "usageMetadata": usage}

    def begin(self):
        return b""

    def stream(self, steps):
        for step in steps:
            yield event(self.whole([step], None)), True

    def finish(self, steps):
        yield event(self.whole([("say", "")]))


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def note(self, what, turn, model):
        row = {"time": time.time(), "event": what, "verb": turn.verb, "argument": turn.argument, "results": turn.results,
               "model": model}
        with self.server.lock, open(self.server.log, "a", encoding="utf-8") as log:
            log.write(json.dumps(row) + "\n")

    def answer(self, value, status=200):
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_HEAD(self):
        self.answer({})

    def do_GET(self):
        models = [{"id": name, "type": "model", "object": "model", "display_name": name, "owned_by": "mock",
                   "created": 1, "created_at": "2026-01-01T00:00:00Z"} for name in MODELS]
        self.answer({"object": "list", "has_more": False, "data": models, "models": []})

    def body(self):
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        data = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            data += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return data

    def do_POST(self):
        body, path = json.loads(self.body() or b"{}"), self.path.split("?")[0]
        services = {"/messages": Anthropic, "/responses": Responses, "/completions": Chat, "enerateContent": Gemini}
        service = next((service for end, service in services.items() if path.endswith(end)), None)
        if service is None:
            return self.answer({"input_tokens": 9, "totalTokens": 9})
        turn = service.turn(body)
        steps = turn.steps()
        if turn.tools:
            self.note("begin", turn, body.get("model"))
        try:
            self.give(service(), steps, body.get("stream") or "stream" in path)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        if turn.tools:
            self.note("end", turn, body.get("model"))

    def give(self, service, steps, streamed):
        if steps[0][0] == "fail":
            return self.answer(service.error(steps[0][1]), steps[0][1])
        if not streamed:
            time.sleep(sum(step[1] for step in steps if step[0] == "wait"))
            return self.answer(service.whole([step for step in steps if step[0] != "wait"]))
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.chunk(service.begin())
        # One block for each run of words; between the words it waits.
        pending = list(steps)
        spoken = [step for step in pending if step[0] != "wait"]
        pauses = iter(self.pauses(pending))
        time.sleep(next(pauses))
        for data, ends in service.stream(spoken):
            self.chunk(data)
            time.sleep(next(pauses) if ends else 0)
        for data in service.finish(spoken):
            self.chunk(data)
        self.wfile.write(b"0\r\n\r\n")

    @staticmethod
    def pauses(steps):
        """The time before the first word, and after each one."""
        all_of = [0.0]
        for step in steps:
            if step[0] == "wait":
                all_of[-1] += step[1]
            else:
                all_of.append(0.0)
        return all_of

    def chunk(self, data):
        if data:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
            self.wfile.flush()


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--port", type=int, default=4141)
    options.add_argument("--log", required=True)
    options.add_argument("--replies")
    given = options.parse_args()
    if given.replies:
        with open(given.replies, encoding="utf-8") as replies:
            REPLIES.update(json.load(replies))
    server = ThreadingHTTPServer(("127.0.0.1", given.port), Handler)
    server.daemon_threads, server.log, server.lock = True, given.log, threading.Lock()
    server.serve_forever()


main()
