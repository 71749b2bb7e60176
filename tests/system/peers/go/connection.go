package main

import (
	"time"

	"github.com/pion/webrtc/v3"
)

// connect makes the peer connection: VP8 and Opus, addresses of this machine too.
func (party *Party) connect(servers []webrtc.ICEServer) error {
	engine := &webrtc.MediaEngine{}
	if err := engine.RegisterDefaultCodecs(); err != nil {
		return err
	}
	settings := webrtc.SettingEngine{}
	settings.SetIncludeLoopbackCandidate(true)
	if party.peer == "" {
		// The caller waited for DTLS; when it answers later it must not say that it begins (RFC 8842 5.3), as pion would.
		if err := settings.SetAnsweringDTLSRole(webrtc.DTLSRoleServer); err != nil {
			return err
		}
	}
	api := webrtc.NewAPI(webrtc.WithMediaEngine(engine), webrtc.WithSettingEngine(settings))
	pc, err := api.NewPeerConnection(webrtc.Configuration{ICEServers: servers})
	if err != nil {
		return err
	}
	party.pc = pc
	pc.OnTrack(func(track *webrtc.TrackRemote, _ *webrtc.RTPReceiver) { party.Heard.take(pc, track) })
	pc.OnICECandidate(party.gathered)
	pc.OnConnectionStateChange(party.changed)
	go party.reportOn()
	return nil
}

// show adds what this side sends, once each. An answer has room for what was offered and no more.
func (party *Party) show(kinds map[webrtc.RTPCodecType]bool) error {
	for _, sender := range party.pc.GetSenders() {
		if sender.Track() != nil {
			kinds[sender.Track().Kind()] = false
		}
	}
	if kinds[webrtc.RTPCodecTypeAudio] {
		if err := party.add(webrtc.MimeTypeOpus, "mic", party.speech); err != nil {
			return err
		}
	}
	if kinds[webrtc.RTPCodecTypeVideo] {
		return party.add(webrtc.MimeTypeVP8, "cam", party.picture)
	}
	return nil
}

// offered says the kinds of the m-lines that there are.
func (party *Party) offered() map[webrtc.RTPCodecType]bool {
	kinds := map[webrtc.RTPCodecType]bool{}
	for _, one := range party.pc.GetTransceivers() {
		kinds[one.Kind()] = true
	}
	return kinds
}

func (party *Party) add(mime, name string, what clip) error {
	track, err := webrtc.NewTrackLocalStaticSample(webrtc.RTPCodecCapability{MimeType: mime}, name, "peer")
	if err != nil {
		return err
	}
	sender, err := party.pc.AddTrack(track)
	if err != nil {
		return err
	}
	go func() {
		for { // reports of the other side; the library answers what they ask for
			if _, _, err := sender.ReadRTCP(); err != nil {
				return
			}
		}
	}()
	go play(track, what, party.over)
	return nil
}

// gathered tells an address as it is found; null: there are no more.
func (party *Party) gathered(found *webrtc.ICECandidate) {
	local := party.pc.LocalDescription()
	if local == nil {
		return
	}
	list := []candidate{}
	if found != nil {
		words := found.ToJSON()
		list = append(list, candidate{words.Candidate, *words.SDPMid, *words.SDPMLineIndex})
	}
	neg := party.theirs
	if local.Type == webrtc.SDPTypeOffer {
		neg = party.neg
	}
	_ = party.ask("call.ice", object{"to_party": party.peer, "pc": "p2p", "neg": neg, "ufrag": ufragOf(local.SDP), "candidates": list, "end": found == nil})
}

func (party *Party) changed(state webrtc.PeerConnectionState) {
	if state == webrtc.PeerConnectionStateConnected {
		say("connected", nil)
	}
	if state != webrtc.PeerConnectionStateClosed {
		check(party.report(state.String()))
	}
}

func (party *Party) reportOn() {
	every := time.NewTicker(10 * time.Second)
	defer every.Stop()
	for {
		select {
		case <-party.over:
			return
		case <-every.C:
			if party.peer != "" {
				check(party.report(party.pc.ConnectionState().String()))
			}
		}
	}
}
