package dev.shed.cli.sshconfig;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.shed.cli.call.Call;
import dev.shed.cli.failure.CliFailure;
import dev.shed.cli.server.Settings;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/// The intended contents of the client's block, and the edits of the file.
public final class SshConfig {
    private final Call call;
    private final Settings settings;
    private final boolean force;

    /// @param force whether a block that was edited by hand may be replaced
    public SshConfig(Call call, boolean force) throws IOException {
        this.call = call;
        this.settings = call.settings();
        this.force = force;
    }

    /// The entries to install.
    ///
    /// @param entries these are added
    /// @param servers other entries of these servers are removed
    public record Wanted(Collection<Entry> entries, Set<String> servers) {
        public Wanted {
            entries = List.copyOf(entries);
            servers = Set.copyOf(servers);
        }
    }

    /// The file with the new block. Entries of other known servers are kept.
    public Optional<String> install(ConfigText text, boolean exists, Wanted wanted) throws InterruptedException {
        requireUnedited(text);
        boolean made = text.block().map(ConfigText.Block::madeFile).orElse(!exists);
        return Optional.of(text.with(body(text, wanted), made));
    }

    /// The file without the block.
    public Optional<String> uninstall(ConfigText text, boolean exists) {
        if (text.block().isEmpty()) {
            return exists ? Optional.of(text.rest()) : Optional.empty();
        }
        requireUnedited(text);
        boolean gone = text.rest().isEmpty() && text.block().get().madeFile();
        return gone ? Optional.empty() : Optional.of(text.rest());
    }

    /// The block alone.
    public String block(ConfigText text, Wanted wanted) throws InterruptedException {
        return ConfigText.marked(body(text, wanted), false);
    }

    private List<String> body(ConfigText text, Wanted wanted) throws InterruptedException {
        var entries = merged(text, wanted);
        return new ConfigBody(settings, call.home(), text.ownAliases())
                .lines(entries).stream()
                        .map(line -> new String(line.getBytes(UTF_8), ISO_8859_1))
                        .toList();
    }

    private SortedSet<Entry> merged(ConfigText text, Wanted wanted) {
        var entries = new TreeSet<>(wanted.entries());
        entries(text).stream()
                .filter(entry -> !wanted.servers().contains(entry.server()))
                .forEach(entries::add);
        return entries;
    }

    /// The entries of the block whose servers are known.
    public List<Entry> entries(ConfigText text) {
        return text.block().stream()
                .flatMap(block -> block.entries().stream())
                .filter(entry -> settings.servers().containsKey(entry.server()))
                .toList();
    }

    /// The alias of a shed in the block, if it has an entry.
    public Optional<String> alias(ConfigText text, Entry entry) {
        var entries = entries(text);
        return entries.contains(entry)
                ? Optional.of(new ConfigBody(settings, call.home(), List.of()).alias(entry, entries))
                : Optional.empty();
    }

    /// The aliases of the block's entries, those of `first` before the others.
    public List<String> aliases(ConfigText text, Collection<Entry> first) {
        var entries = entries(text);
        var body = new ConfigBody(settings, call.home(), List.of());
        return Stream.concat(
                        first.stream().filter(entries::contains),
                        entries.stream().filter(entry -> !first.contains(entry)))
                .map(entry -> body.alias(entry, entries))
                .toList();
    }

    /// The user's own names that an entry of the block overrides.
    public static SortedSet<String> covered(ConfigText text) {
        var names = text.ownAliases();
        var ours = text.block().stream()
                .flatMap(block -> block.entries().stream())
                .map(entry -> ConfigBody.PREFIX + entry.shed())
                .toList();
        names.retainAll(ours);
        return names;
    }

    private void requireUnedited(ConfigText text) {
        if (!force && text.block().filter(ConfigText.Block::isEdited).isPresent()) {
            throw new CliFailure(
                    CliFailure.Code.CONFIG,
                    "shed's block in " + call.home().sshConfig()
                            + " was edited by hand, and its lines would be lost; nothing was changed",
                    "move your lines above or below the block; lines below it also apply to the aliases, for options"
                            + " that the block does not set",
                    "or use --force to replace them; --dry-run --force shows the change");
        }
    }
}
