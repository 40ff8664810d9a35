// Go's x/crypto/ssh as a conformance client; the checks: README.md.
package main

import (
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"strconv"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func connect() *ssh.Client {
	pem, err := os.ReadFile(os.Getenv("KEY"))
	must(err)
	key, err := ssh.ParsePrivateKey(pem)
	must(err)
	config := &ssh.ClientConfig{
		User:            os.Getenv("LOGIN"),
		Auth:            []ssh.AuthMethod{ssh.PublicKeys(key)},
		HostKeyCallback: ssh.InsecureIgnoreHostKey(),
	}
	if limit, err := strconv.ParseUint(os.Getenv("REKEY_BYTES"), 10, 64); err == nil {
		config.RekeyThreshold = limit
	}
	client, err := ssh.Dial("tcp", "127.0.0.1:"+os.Getenv("PORT"), config)
	must(err)
	return client
}

func run(client *ssh.Client, command string, input io.Reader) int {
	session, err := client.NewSession()
	must(err)
	return finish(session, command, input)
}

func withAgent(client *ssh.Client, command string) int {
	must(agent.ForwardToRemote(client, os.Getenv("SSH_AUTH_SOCK")))
	session, err := client.NewSession()
	must(err)
	must(agent.RequestAgentForwarding(session))
	return finish(session, command, nil)
}

func finish(session *ssh.Session, command string, input io.Reader) int {
	session.Stdin, session.Stdout, session.Stderr = input, os.Stdout, os.Stderr
	err := session.Run(command)
	if exit, ok := err.(*ssh.ExitError); ok {
		return exit.ExitStatus()
	}
	must(err)
	return 0
}

func leave(client *ssh.Client, command string) {
	session, err := client.NewSession()
	must(err)
	must(session.Start(command))
}

func feedClose(client *ssh.Client, command string, input io.Reader) int {
	session, err := client.NewSession()
	must(err)
	pipe, err := session.StdinPipe()
	must(err)
	must(session.Start(command))
	_, err = io.Copy(pipe, input)
	must(err)
	must(pipe.Close())
	_ = session.Close() // io.EOF when the other side was faster
	return run(client, "echo alive", nil)
}

func refused(client *ssh.Client, port string) int {
	if _, err := client.Dial("tcp", "localhost:"+port); err == nil {
		return 1
	}
	return run(client, "echo alive", nil)
}

func forward(client *ssh.Client, network, target string) {
	connection, err := client.Dial(network, target)
	must(err)
	_, err = connection.Write(make([]byte, 5000))
	must(err)
	must(connection.(interface{ CloseWrite() error }).CloseWrite())
	_, err = io.Copy(os.Stdout, connection)
	must(err)
}

func back(client *ssh.Client) {
	listener, err := client.Listen("tcp", "localhost:0")
	must(err)
	_, port, err := net.SplitHostPort(listener.Addr().String())
	must(err)
	fmt.Println(port)
	give(listener)
}

func unixBack(client *ssh.Client, path string) {
	listener, err := client.ListenUnix(path)
	must(err)
	fmt.Println(path)
	give(listener)
}

// give sends 1,000 bytes to whoever connects, until stdin ends.
func give(listener net.Listener) {
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			_, err = connection.Write(make([]byte, 1000))
			must(err)
			must(connection.Close())
		}
	}()
	_, _ = io.Copy(io.Discard, os.Stdin)
}

func again(client *ssh.Client, count string) {
	left, err := strconv.Atoi(count)
	must(err)
	for ; left > 0; left-- {
		listener, err := client.Listen("tcp", "localhost:"+os.Getenv("BACK_PORT"))
		must(err)
		must(listener.Close())
	}
}

func main() {
	client := connect()
	defer client.Close()
	status := 0
	switch argument := os.Args[2]; os.Args[1] {
	case "exec":
		status = run(client, argument, nil)
	case "agent":
		status = withAgent(client, argument)
	case "feed":
		status = run(client, argument, os.Stdin)
	case "leave":
		leave(client, argument)
	case "feed-close":
		status = feedClose(client, argument, os.Stdin)
	case "refused":
		status = refused(client, argument)
	case "forward":
		forward(client, "tcp", "localhost:"+argument)
	case "unix":
		forward(client, "unix", argument)
	case "back":
		back(client)
	case "unix-back":
		unixBack(client, argument)
	case "again":
		again(client, argument)
	default:
		status = 64
	}
	_ = client.Close()
	os.Exit(status)
}
