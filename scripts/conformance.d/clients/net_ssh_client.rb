# Net::SSH as a conformance client; the checks: README.md.
require "net/ssh"

def connect(check)
  options = {
    port: ENV.fetch("PORT").to_i, keys: [ENV.fetch("KEY")], keys_only: true, config: false, use_agent: false,
    verify_host_key: :never, non_interactive: true, timeout: 30
  }
  options[:forward_agent] = true if check == "agent"
  options[:rekey_limit] = ENV["REKEY_BYTES"].to_i if ENV["REKEY_BYTES"]
  Net::SSH.start("127.0.0.1", ENV.fetch("LOGIN"), **options)
end

# The status of `command`; its output is copied.
def run(ssh, command, data = nil)
  status = nil
  ssh.open_channel do |channel|
    channel.exec(command) do |_, accepted|
      abort "exec refused" unless accepted
      channel.on_data { |_, text| $stdout.write(text) }
      channel.on_request("exit-status") { |_, reply| status = reply.read_long }
      if data
        channel.send_data(data)
        channel.eof!
      end
    end
  end
  ssh.loop
  status
end

# Opens a channel, asks for `command`, and calls the block with it as soon as the server has said yes.
def start(ssh, command)
  ssh.open_channel do |channel|
    channel.exec(command) do |_, accepted|
      abort "exec refused" unless accepted
      yield channel
    end
  end
  ssh.loop
end

def leave(ssh, command)
  start(ssh, command) do
    ssh.transport.close
    exit 0
  end
end

def feed_close(ssh, command, data)
  start(ssh, command) do |channel|
    channel.send_data(data)
    channel.eof!
    channel.close
  end
  run(ssh, "echo alive")
end

def direct(ssh, port, &opened)
  ssh.open_channel("direct-tcpip", :string, "localhost", :long, port.to_i, :string, "127.0.0.1", :long, 1, &opened)
end

def refused(ssh, port)
  failed = false
  direct(ssh, port) { |_| }.on_open_failed { |*_| failed = true }
  ssh.loop
  failed ? run(ssh, "echo alive") : 1
end

def send_zeros(channel)
  channel.on_data { |_, text| $stdout.write(text) }
  channel.send_data("\0" * 5000)
  channel.eof!
end

def forward(ssh, port)
  direct(ssh, port) { |channel| send_zeros(channel) }
  ssh.loop
  0
end

def unix(ssh, path)
  ssh.open_channel("direct-streamlocal@openssh.com", :string, path, :string, "", :long, 0) { |channel| send_zeros(channel) }
  ssh.loop
  0
end

def again(ssh, count)
  count.to_i.times do
    %w[tcpip-forward cancel-tcpip-forward].each do |request|
      answer = nil
      ssh.send_global_request(request, :string, "localhost", :long, ENV.fetch("BACK_PORT").to_i) { |done, _| answer = done }
      ssh.loop { answer.nil? }
      abort "#{request}: refused" unless answer
    end
  end
  0
end

def back(ssh, count)
  served = 0
  ssh.send_global_request("tcpip-forward", :string, "localhost", :long, 0) do |accepted, reply|
    abort "refused" unless accepted
    puts reply.read_long
    $stdout.flush
  end
  ssh.on_open_channel("forwarded-tcpip") do |_, channel, _|
    channel.send_data("\0" * 1000)
    channel.close
    served += 1
  end
  ssh.loop(0.05) { served < count.to_i || !$stdin.closed? && !$stdin.wait_readable(0) }
  0
end

check, *arguments = ARGV
ssh = connect(check)
exit(case check
     when "exec", "agent" then run(ssh, *arguments)
     when "feed" then run(ssh, *arguments, $stdin.binmode.read)
     when "leave" then leave(ssh, *arguments)
     when "feed-close" then feed_close(ssh, *arguments, $stdin.binmode.read)
     when "refused" then refused(ssh, *arguments)
     when "forward" then forward(ssh, *arguments)
     when "unix" then unix(ssh, *arguments)
     when "again" then again(ssh, *arguments)
     when "back" then back(ssh, *arguments)
     else 64
     end)
