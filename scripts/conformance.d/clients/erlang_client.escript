#!/usr/bin/env escript
%% Erlang's ssh as a conformance client; the checks: README.md.
-mode(compile).

main([Check, Argument]) ->
    logger:set_primary_config(level, error),
    {ok, _} = application:ensure_all_started(ssh),
    Port = list_to_integer(os:getenv("PORT")),
    {ok, C} = ssh:connect("127.0.0.1", Port,
        [{user, os:getenv("LOGIN")}, {user_dir, os:getenv("KEY_DIR")}, {silently_accept_hosts, true},
         {save_accepted_host, false}, {user_interaction, false}, {auth_methods, "publickey"}
         | rekey(os:getenv("REKEY_BYTES"))], 30000),
    Status = check(Check, C, Argument),
    ssh:close(C),
    halt(Status).

rekey(false) -> [];
rekey(Bytes) -> [{rekey_limit, list_to_integer(Bytes)}].

check("exec", C, Command) -> run(C, Command, none);
check("feed", C, Command) -> run(C, Command, input());
check("leave", C, Command) ->
    {ok, Channel} = ssh_connection:session_channel(C, 30000),
    success = ssh_connection:exec(C, Channel, Command, 30000),
    0;
check("feed-close", C, Command) ->
    Input = input(),
    {ok, Channel} = ssh_connection:session_channel(C, 30000),
    success = ssh_connection:exec(C, Channel, Command, 30000),
    ok = ssh_connection:send(C, Channel, Input, 30000),
    ssh_connection:send_eof(C, Channel),
    ssh_connection:close(C, Channel),
    run(C, "echo alive", none);
check("refused", C, Target) ->
    {ok, Here} = ssh:tcpip_tunnel_to_server(C, {127,0,0,1}, 0, "localhost", list_to_integer(Target)),
    {ok, Socket} = gen_tcp:connect({127,0,0,1}, Here, [binary, {active, false}]),
    {error, closed} = gen_tcp:recv(Socket, 0, 30000),
    run(C, "echo alive", none);
check("forward", C, Target) ->
    {ok, Here} = ssh:tcpip_tunnel_to_server(C, {127,0,0,1}, 0, "localhost", list_to_integer(Target)),
    {ok, Socket} = gen_tcp:connect({127,0,0,1}, Here, [binary, {active, false}, {exit_on_close, false}]),
    ok = gen_tcp:send(Socket, binary:copy(<<0>>, 5000)),
    ok = gen_tcp:shutdown(Socket, write),
    copy(Socket),
    0;
check("back", C, _Count) ->
    {ok, Listener} = gen_tcp:listen(0, [binary, {active, false}, {ip, {127,0,0,1}}]),
    {ok, Here} = inet:port(Listener),
    {ok, There} = ssh:tcpip_tunnel_from_server(C, "localhost", 0, {127,0,0,1}, Here),
    io:format("~p~n", [There]),
    spawn_link(fun() -> serve(Listener) end),
    _ = input(),
    0;
check(_, _, _) -> 64.

run(C, Command, Input) ->
    {ok, Channel} = ssh_connection:session_channel(C, 30000),
    success = ssh_connection:exec(C, Channel, Command, 30000),
    Self = self(),
    Input =:= none orelse spawn_link(fun() ->
        ok = ssh_connection:send(C, Channel, Input, 60000),
        ssh_connection:send_eof(C, Channel),
        Self ! sent
    end),
    collect(C, Channel, 255).

collect(C, Channel, Status) ->
    receive
        {ssh_cm, C, {data, Channel, 0, Data}} ->
            ok = file:write(standard_io, Data),
            ssh_connection:adjust_window(C, Channel, byte_size(Data)),
            collect(C, Channel, Status);
        {ssh_cm, C, {data, Channel, _, Data}} ->
            ssh_connection:adjust_window(C, Channel, byte_size(Data)),
            collect(C, Channel, Status);
        {ssh_cm, C, {exit_status, Channel, Exit}} -> collect(C, Channel, Exit);
        {ssh_cm, C, {closed, Channel}} -> Status;
        _ -> collect(C, Channel, Status)
    after 60000 -> 254
    end.

serve(Listener) ->
    {ok, Socket} = gen_tcp:accept(Listener),
    ok = gen_tcp:send(Socket, binary:copy(<<0>>, 1000)),
    gen_tcp:close(Socket),
    serve(Listener).

copy(Socket) ->
    case gen_tcp:recv(Socket, 0, 30000) of
        {ok, Data} -> ok = file:write(standard_io, Data), copy(Socket);
        {error, closed} -> ok
    end.

input() ->
    ok = io:setopts(standard_io, [binary, {encoding, latin1}]),
    input([]).

input(Read) ->
    case file:read(standard_io, 65536) of
        {ok, Data} -> input([Data | Read]);
        eof -> iolist_to_binary(lists:reverse(Read))
    end.
