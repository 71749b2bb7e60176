package main

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

// Operations of goim v2 and of this project's requests: docs/protocol.md.
const (
	opHeartbeat = 2
	opAuth      = 7
	opAuthReply = 8
	opRequest   = 100
	opAnswer    = 101
	opEvent     = 102
	headerSize  = 16
	answerWait  = 60 * time.Second
)

type object = map[string]any

// Refused is an answer with "ok": false.
type Refused struct{ Code int }

func (refused Refused) Error() string { return fmt.Sprintf("refused: %d", refused.Code) }

// Link is a connection to a comet: requests and their answers by seq, and events.
type Link struct {
	socket  net.Conn
	lock    sync.Mutex
	seq     int32
	waiting map[int32]chan []byte
	Events  chan []byte
}

// Open logs in and says hello.
func Open(address, token, device string) (*Link, error) {
	socket, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	link := &Link{socket: socket, waiting: map[int32]chan []byte{}, Events: make(chan []byte, 256)}
	if err := link.send(opAuth, 0, object{"token": token}); err != nil {
		return nil, err
	}
	if op, _, _, err := link.receive(); err != nil || op != opAuthReply {
		return nil, errors.New("the token was not accepted")
	}
	go link.read()
	go link.beat()
	return link, link.Ask("hello", object{"device": device, "caps": []string{"call"}}, nil)
}

// Ask sends a request and reads its answer into `answer`, unless that is nil.
func (link *Link) Ask(cmd string, fields object, answer any) error {
	body := object{"cmd": cmd}
	for name, value := range fields {
		body[name] = value
	}
	seq, came := link.expect()
	if err := link.send(opRequest, seq, body); err != nil {
		return err
	}
	select {
	case data := <-came:
		return read(cmd, data, answer)
	case <-time.After(answerWait):
		return errors.New(cmd + ": no answer")
	}
}

func read(cmd string, data []byte, answer any) error {
	var head struct {
		Ok    bool
		Code  int
		Error string
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return err
	}
	if !head.Ok {
		return fmt.Errorf("%s: %s: %w", cmd, head.Error, Refused{head.Code})
	}
	if answer == nil {
		return nil
	}
	return json.Unmarshal(data, answer)
}

func (link *Link) expect() (int32, chan []byte) {
	link.lock.Lock()
	defer link.lock.Unlock()
	link.seq++
	came := make(chan []byte, 1)
	link.waiting[link.seq] = came
	return link.seq, came
}

func (link *Link) send(op, seq int32, body any) error {
	data := []byte{}
	if body != nil {
		var err error
		if data, err = json.Marshal(body); err != nil {
			return err
		}
	}
	packet := make([]byte, headerSize, headerSize+len(data))
	binary.BigEndian.PutUint32(packet[0:], uint32(headerSize+len(data)))
	binary.BigEndian.PutUint16(packet[4:], headerSize)
	binary.BigEndian.PutUint16(packet[6:], 1)
	binary.BigEndian.PutUint32(packet[8:], uint32(op))
	binary.BigEndian.PutUint32(packet[12:], uint32(seq))
	_, err := link.socket.Write(append(packet, data...))
	return err
}

func (link *Link) receive() (op, seq int32, body []byte, err error) {
	head := make([]byte, headerSize)
	if _, err = io.ReadFull(link.socket, head); err != nil {
		return
	}
	size := binary.BigEndian.Uint32(head)
	if size < headerSize || size > 1<<20 {
		return 0, 0, nil, fmt.Errorf("a packet of %d bytes", size)
	}
	body = make([]byte, size-headerSize)
	_, err = io.ReadFull(link.socket, body)
	return int32(binary.BigEndian.Uint32(head[8:])), int32(binary.BigEndian.Uint32(head[12:])), body, err
}

func (link *Link) read() {
	defer close(link.Events)
	for {
		op, seq, body, err := link.receive()
		if err != nil {
			return
		}
		if op == opEvent {
			link.Events <- body
		}
		if op != opAnswer {
			continue
		}
		link.lock.Lock()
		came := link.waiting[seq]
		delete(link.waiting, seq)
		link.lock.Unlock()
		if came != nil {
			came <- body
		}
	}
}

func (link *Link) beat() {
	for range time.Tick(time.Minute) {
		if link.send(opHeartbeat, 0, nil) != nil {
			return
		}
	}
}
