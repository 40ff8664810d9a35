package dev.shed.gateway.audit;

/// How much has happened since the gateway was started.
///
/// @param channels the channels that have ended, without those of forwards
/// @param channelBytes counted when a channel ends
/// @param forwardBytes counted when a forward ends
public record Totals(long logins, long refusedLogins, long channels, Bytes channelBytes, Bytes forwardBytes) {
    static final Totals NONE = new Totals(0, 0, 0, Bytes.NONE, Bytes.NONE);

    /// Numbers of bytes.
    ///
    /// @param received from clients
    /// @param sent to clients
    public record Bytes(long received, long sent) {
        private static final Bytes NONE = new Bytes(0, 0);

        /// The sum of both.
        public Bytes plus(Bytes other) {
            return new Bytes(received + other.received, sent + other.sent);
        }

        private Bytes minus(Bytes other) {
            return new Bytes(received - other.received, sent - other.sent);
        }
    }

    Totals plus(AuditEvent event) {
        return switch (event) {
            case AuditEvent.AuthAccepted _ -> plus(new Totals(1, 0, 0, Bytes.NONE, Bytes.NONE));
            case AuditEvent.AuthRefused _ -> plus(new Totals(0, 1, 0, Bytes.NONE, Bytes.NONE));
            case AuditEvent.ChannelEnded ended ->
                plus(new Totals(
                        0,
                        0,
                        1,
                        new Bytes(ended.ending().bytesIn(), ended.ending().bytesOut()),
                        Bytes.NONE));
            case AuditEvent.ForwardClosed closed ->
                plus(new Totals(0, 0, 0, Bytes.NONE, new Bytes(closed.bytesIn(), closed.bytesOut())));
            default -> this;
        };
    }

    private Totals plus(Totals other) {
        return new Totals(
                logins + other.logins,
                refusedLogins + other.refusedLogins,
                channels + other.channels,
                channelBytes.plus(other.channelBytes),
                forwardBytes.plus(other.forwardBytes));
    }

    /// What has happened since these.
    Totals since(Totals before) {
        return new Totals(
                logins - before.logins,
                refusedLogins - before.refusedLogins,
                channels - before.channels,
                channelBytes.minus(before.channelBytes),
                forwardBytes.minus(before.forwardBytes));
    }
}
