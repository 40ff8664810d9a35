package dev.shed.gateway.metrics;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

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
/// @param agents by what they are doing
record ShedSample(Map<Container.State, Long> sheds, Map<Status.State, Long> agents) {
    /// Asks the engine, and each running shed for its sessions.
    static ShedSample take(Sheds sheds, SessionQuery query) {
        try {
            var all = sheds.list();
            var states = all.stream().map(shed -> shed.container().state());
            var running = all.stream().filter(Shed::running).toList();
            var agents = query.ask(running).stream().flatMap(ShedSample::agents);
            return new ShedSample(
                    states.collect(groupingBy(state -> state, counting())),
                    agents.collect(groupingBy(state -> state, counting())));
        } catch (InterruptedIOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A shed that does not answer has none.
    private static Stream<Status.State> agents(Answer answer) {
        return answer instanceof Answer.Listed listed ? agents(listed.sessions()) : Stream.empty();
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
