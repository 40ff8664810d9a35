"""What differs between the agents: how each is started, set up, and what its screen shows."""
import dataclasses
import json

PROJECT = "/workspace/proj"


@dataclasses.dataclass(frozen=True)
class Agent:
    """An agent.

    command      starts it in a way that asks before it runs a command
    version      prints its version
    files        what makes it use the mock, trust the project and ask nothing at its first start, by name in the home
    ready        a pattern of its screen when it takes a task
    permission   a pattern of its dialog before it runs a command
    question     a pattern of its dialog with a question; without one it asks none
    trust        a pattern of its dialog about a directory it does not know; without one it has none. Codex has none with
                 these options
    interrupt    the keys, one after the other, that end a turn
    resumes      whether a conversation can be resumed
    options      more options, which it has again when it is resumed
    model        the model that it asks with these
    asks         whether it asks with these before it runs touch(1)
    answers      whether its dialogs can be answered by id
    """
    word: str
    command: str
    version: str
    files: dict
    ready: str
    permission: str
    question: str = ""
    trust: str = ""
    interrupt: tuple = ("escape",)
    resumes: bool = True
    options: str = ""
    model: str = ""
    asks: bool = True
    answers: bool = True


CODEX = """\
model = "gpt-5-codex"
model_provider = "mock"
check_for_update_on_startup = false
[model_providers.mock]
name = "mock"
base_url = "http://127.0.0.1:4141/v1"
wire_api = "responses"
env_key = "OPENAI_API_KEY"
request_max_retries = 0
stream_max_retries = 0
[projects."/workspace/proj"]
trust_level = "trusted"
"""

OPENCODE = {
    "model": "mock/mock-model", "small_model": "mock/mock-model", "autoupdate": False, "share": "disabled",
    "permission": {"bash": "ask", "edit": "ask"},
    "provider": {"mock": {
        "npm": "@ai-sdk/openai-compatible", "name": "Mock",
        "options": {"baseURL": "http://127.0.0.1:4141/v1", "apiKey": "mock"},
        "models": {name: {"name": name, "tool_call": True, "limit": {"context": 200000, "output": 8000}}
                   for name in ("mock-model", "other-model")},
    }},
}

CLAUDE = {
    "hasCompletedOnboarding": True, "theme": "dark", "customApiKeyResponses": {"approved": ["0" * 20], "rejected": []},
    "projects": {PROJECT: {"hasTrustDialogAccepted": True, "hasCompletedProjectOnboarding": True}},
}

GEMINI = {
    "security": {"auth": {"selectedType": "gemini-api-key"}, "folderTrust": {"enabled": True}},
    "general": {"enableAutoUpdate": False, "enableAutoUpdateNotification": False, "maxAttempts": 1},
    "privacy": {"usageStatisticsEnabled": False}, "ui": {"dynamicWindowTitle": True},
}

ALL = {agent.word: agent for agent in (
    Agent("claude-code", "claude --permission-mode default", "claude --version",
          {".claude.json": json.dumps(CLAUDE)},
          ready=r"❯", permission=r"Do you want to", question=r"1\.\s+Red", trust=r"trust",
          options="--model claude-haiku-4-5 --allowedTools 'Bash(touch:*)'", model="claude-haiku-4-5", asks=False),
    Agent("codex", "codex -a on-request -s read-only", "codex --version",
          {".codex/config.toml": CODEX},
          ready=r"›", permission=r"Would you like to", options="-m mock-model", model="mock-model"),
    Agent("opencode", "opencode", "opencode --version",
          {".config/opencode/opencode.json": json.dumps(OPENCODE)},
          ready=r"Ask anything|ctrl\+p", permission=r"Permission required", question=r"1\.\s+Red",
          interrupt=("escape", "escape"), options="-m mock/other-model --auto", model="other-model", asks=False),
    Agent("gemini", "gemini", "gemini --version",
          {".gemini/settings.json": json.dumps(GEMINI), ".gemini/trustedFolders.json": json.dumps({PROJECT: "TRUST_FOLDER"})},
          ready=r"Type your message", permission=r"Allow execution|Apply this change|Action Required",
          question=r"1\.\s+Red", trust=r"trust", resumes=False, answers=False),
)}
