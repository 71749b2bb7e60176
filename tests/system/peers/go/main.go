// peer call UID | answer: one call of two with pion. See ../README.md.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"sync"
	"time"
)

var (
	output sync.Mutex
	lines  = os.Stdout
)

// The library logs to what is called Stdout, where the test reads lines of JSON.
func init() { os.Stdout = os.Stderr }

func say(event string, more object) {
	line := object{"event": event}
	for name, value := range more {
		line[name] = value
	}
	data, _ := json.Marshal(line)
	output.Lock()
	defer output.Unlock()
	fmt.Fprintln(lines, string(data))
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// ring waits for a call.
func ring(link *Link) string {
	for data := range link.Events {
		var event Event
		check(json.Unmarshal(data, &event))
		if event.Cmd == "call.incoming" {
			return event.CallID
		}
	}
	check(fmt.Errorf("the connection is gone"))
	return ""
}

// words is what the test says on the input.
func words(party *Party) {
	input := bufio.NewScanner(os.Stdin)
	for input.Scan() {
		if input.Text() == "hangup" {
			check(party.Hangup())
		}
	}
}

func tell(party *Party) {
	for range time.Tick(500 * time.Millisecond) {
		say("media", party.Heard.counters())
	}
}

func main() {
	link, err := Open("127.0.0.1:"+os.Getenv("IM_TCP"), os.Getenv("IM_TOKEN"), "go peer")
	check(err)
	party, err := NewParty(link, os.Getenv("IM_IVF"), os.Getenv("IM_OGG"))
	check(err)
	say("ready", nil)
	if os.Args[1] == "call" {
		uid, err := strconv.Atoi(os.Args[2])
		check(err)
		check(party.Call(uid))
	} else {
		check(party.Answer(ring(link)))
	}
	go words(party)
	go tell(party)
	for data := range link.Events {
		over, err := party.Take(data)
		check(err)
		if over {
			return
		}
	}
	check(fmt.Errorf("the connection is gone"))
}
