package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"sync"
	"time"

	"github.com/pion/webrtc/v3"
)

var states = object{"mic": true, "cam": true, "screen": false, "hold": false}

type candidate struct {
	Candidate string `json:"candidate"`
	Mid       string `json:"mid"`
	Mline     uint16 `json:"mline"`
}

// Event holds the members of the events that this peer takes: docs/calls.md.
type Event struct {
	Cmd         string
	CallID      string `json:"call_id"`
	ToParty     string `json:"to_party"`
	Eseq        *int
	PeerParty   string `json:"peer_party"`
	FromParty   string `json:"from_party"`
	Role        string
	Neg         int
	Description webrtc.SessionDescription
	Ufrag       string
	Candidates  []candidate
	Reason      string
}

// Party is this side of one call of two.
type Party struct {
	link            *Link
	pc              *webrtc.PeerConnection
	Heard           Heard
	call, id, peer  string
	lock            sync.Mutex // of cseq: its order is that of the sending
	cseq            int
	neg, theirs     int
	told            map[int]bool
	early           []Event
	picture, speech clip
	over            chan struct{}
}

// NewParty reads what it will show.
func NewParty(link *Link, ivf, ogg string) (*Party, error) {
	party := &Party{link: link, told: map[int]bool{}, over: make(chan struct{})}
	var err error
	if party.picture, err = pictures(ivf); err != nil {
		return nil, err
	}
	party.speech, err = sound(ogg)
	return party, err
}

// Call invites a user.
func (party *Party) Call(uid int) error {
	id := fmt.Sprintf("go-%d", time.Now().UnixNano())
	return party.enter("call.invite", object{"client_call_id": id, "callee": []int{uid}, "kind": "video", "caps": []string{"vp8"}})
}

// Answer takes a call that rings.
func (party *Party) Answer(call string) error {
	if err := party.link.Ask("call.ringing", object{"call_id": call}, nil); err != nil {
		return err
	}
	if err := party.enter("call.accept", object{"call_id": call, "caps": []string{"vp8"}, "media": states}); err != nil {
		return err
	}
	return party.ask("call.media", object{"state": states})
}

func (party *Party) enter(cmd string, fields object) error {
	var answer struct {
		CallID    string `json:"call_id"`
		PartyID   string `json:"party_id"`
		PeerParty string `json:"peer_party"`
		Ice       struct {
			Servers []struct {
				Urls                 []string
				Username, Credential string
			} `json:"iceServers"`
		}
	}
	if err := party.link.Ask(cmd, fields, &answer); err != nil {
		return err
	}
	party.call, party.id, party.peer = answer.CallID, answer.PartyID, answer.PeerParty
	servers := []webrtc.ICEServer{}
	for _, one := range answer.Ice.Servers {
		servers = append(servers, webrtc.ICEServer{URLs: one.Urls, Username: one.Username, Credential: one.Credential})
	}
	return party.connect(servers)
}

func (party *Party) ask(cmd string, fields object) error {
	party.lock.Lock()
	defer party.lock.Unlock()
	party.cseq++
	fields["call_id"], fields["party_id"], fields["cseq"] = party.call, party.id, party.cseq
	return party.link.Ask(cmd, fields, nil)
}

// Take handles one event; true: the call is over.
func (party *Party) Take(data []byte) (bool, error) {
	var event Event
	if err := json.Unmarshal(data, &event); err != nil {
		return false, err
	}
	if event.CallID != party.call || (event.ToParty != "" && event.ToParty != party.id) {
		return false, nil
	}
	if event.Eseq != nil {
		if party.told[*event.Eseq] {
			return false, nil
		}
		party.told[*event.Eseq] = true
	}
	switch event.Cmd {
	case "call.accepted":
		return false, party.accepted(event)
	case "call.sdp":
		return false, party.described(event)
	case "call.ice":
		return false, party.candidates(event)
	case "call.ended":
		close(party.over)
		say("ended", object{"reason": event.Reason})
		return true, party.pc.Close()
	}
	return false, nil
}

func (party *Party) accepted(event Event) error {
	party.peer = event.PeerParty
	if err := party.ask("call.media", object{"state": states}); err != nil || event.Role != "caller" {
		return err
	}
	both := map[webrtc.RTPCodecType]bool{webrtc.RTPCodecTypeAudio: true, webrtc.RTPCodecTypeVideo: true}
	if err := party.show(both); err != nil {
		return err
	}
	offer, err := party.pc.CreateOffer(nil)
	if err != nil {
		return err
	}
	party.neg++
	return party.describe(offer, party.neg)
}

func (party *Party) describe(description webrtc.SessionDescription, neg int) error {
	if err := party.pc.SetLocalDescription(description); err != nil {
		return err
	}
	tracks := []object{}
	for _, one := range party.pc.GetTransceivers() {
		source := "cam"
		if one.Kind() == webrtc.RTPCodecTypeAudio {
			source = "mic"
		}
		tracks = append(tracks, object{"mid": one.Mid(), "source": source})
	}
	words := object{"type": description.Type.String(), "sdp": description.SDP}
	return party.ask("call.sdp", object{"to_party": party.peer, "pc": "p2p", "neg": neg, "description": words, "tracks": tracks})
}

func (party *Party) described(event Event) error {
	offer := event.Description.Type == webrtc.SDPTypeOffer
	if (offer && event.Neg <= party.theirs) || (!offer && event.Neg != party.neg) {
		return nil // of an older negotiation
	}
	if err := party.pc.SetRemoteDescription(event.Description); err != nil {
		return err
	}
	early := party.early
	party.early = nil
	for _, one := range early {
		if err := party.candidates(one); err != nil {
			return err
		}
	}
	if !offer {
		return nil
	}
	party.theirs = event.Neg
	if err := party.show(party.offered()); err != nil {
		return err
	}
	answer, err := party.pc.CreateAnswer(nil)
	if err != nil {
		return err
	}
	return party.describe(answer, party.theirs)
}

func (party *Party) candidates(event Event) error {
	remote := party.pc.RemoteDescription()
	if remote == nil || ufragOf(remote.SDP) != event.Ufrag {
		party.early = append(party.early, event)
		return nil
	}
	for _, one := range event.Candidates {
		mid, mline := one.Mid, one.Mline
		if err := party.pc.AddICECandidate(webrtc.ICECandidateInit{Candidate: one.Candidate, SDPMid: &mid, SDPMLineIndex: &mline}); err != nil {
			return err
		}
	}
	return nil
}

// Hangup ends the call; the event of the end follows.
func (party *Party) Hangup() error {
	return party.ask("call.hangup", object{"reason": "hangup"})
}

func (party *Party) report(state string) error {
	err := party.ask("call.report", object{"pc_state": state, "inbound_ok": party.Heard.counters()["audio_frames"] != 0})
	var refused Refused
	if errors.As(err, &refused) && (refused.Code == 4404 || refused.Code == 4410) {
		return nil // it has ended meanwhile
	}
	return err
}

var ufrag = regexp.MustCompile(`(?m)^a=ice-ufrag:(\S+)`)

func ufragOf(sdp string) string {
	if found := ufrag.FindStringSubmatch(sdp); found != nil {
		return found[1]
	}
	return ""
}
