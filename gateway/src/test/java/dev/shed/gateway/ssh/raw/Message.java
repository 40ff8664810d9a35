package dev.shed.gateway.ssh.raw;

import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/// A message of the connection protocol.
///
/// @param name as in RFC 4254, without `SSH_MSG_` and `CHANNEL_`
/// @param channel the recipient's number; -1 in those that have none
/// @param body what follows the type and that number
public record Message(String name, long channel, Buffer body) {
    private static final String PREFIX = "SSH_MSG_";
    private static final String CHANNEL = "CHANNEL_";

    static Message received(Buffer buffer) {
        int type = buffer.getUByte();
        boolean addressed = type > SshConstants.SSH_MSG_CHANNEL_OPEN;
        return new Message(name(type), addressed ? buffer.getUInt() : -1, buffer);
    }

    /// The same of one that is about to be sent.
    static Message sent(Buffer packet) {
        return received(new ByteArrayBuffer(packet.getCompactData()));
    }

    private static String name(int type) {
        var name = SshConstants.getCommandMessageName(type);
        name = name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
        return name.startsWith(CHANNEL) ? name.substring(CHANNEL.length()) : name;
    }

    /// Fails unless it is of this name.
    public Message require(String wanted) {
        if (!name.equals(wanted)) {
            throw new AssertionError("wanted " + wanted + ", but " + this + " came");
        }
        return this;
    }

    /// A copy of its body that can be read without taking anything from it.
    Buffer peek() {
        return new ByteArrayBuffer(body.array(), body.rpos(), body.available());
    }

    @Override
    public String toString() {
        return name + (channel < 0 ? "" : " " + channel);
    }
}
