package dev.shed.gateway.metrics;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;

import dev.shed.gateway.agent.Status;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.query.SessionQuery;
import dev.shed.gateway.query.SessionQuery.Answer;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.shed.lifecycle.Sheds;
import dev.shed.gateway.tmux.TmuxSession;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// How many sheds and agents there are.
///
/// @param sheds by the state of their container
/// @param agents what those in each container are doing
record ShedSample(Map<Container.State, Long> sheds, Map<String, List<Status.State>> agents) {
    static final ShedSample NONE = new ShedSample(Map.of(), Map.of());

    /// Asks the engine, and each running shed for its sessions.
    ///
    /// @param before for sheds that do not tell in time: their agents count as they did then
    static ShedSample take(Sheds sheds, SessionQuery query, ShedSample before) {
        try {
            var all = sheds.list();
            var states = all.stream().map(shed -> shed.container().state());
            var running = all.stream().filter(Shed::running).toList();
            return new ShedSample(
                    states.collect(groupingBy(state -> state, counting())), agents(query.ask(running), before));
        } catch (InterruptedIOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Map<String, List<Status.State>> agents(List<Answer> answers, ShedSample before) {
        return answers.stream()
                .collect(toMap(
                        answer -> answer.shed().container().id(),
                        answer -> answer instanceof Answer.Listed listed && listed.tellsAgents()
                                ? agents(listed.sessions()).toList()
                                : before.agents()
                                        .getOrDefault(answer.shed().container().id(), List.of())));
    }

    /// How many agents do that.
    long count(Status.State state) {
        return agents.values().stream()
                .flatMap(List::stream)
                .filter(state::equals)
                .count();
    }

    /// A pane whose window is in several sessions is listed for each, and counts once.
    private static Stream<Status.State> agents(List<TmuxSession> sessions) {
        var seen = new HashSet<String>();
        return sessions.stream()
                .flatMap(session -> session.panes().stream().filter(pane -> seen.add(session.socket() + pane.id())))
                .filter(pane -> pane.foreground().agent().isPresent())
                .flatMap(pane -> pane.status().stream())
                .map(Status::state);
    }
}
