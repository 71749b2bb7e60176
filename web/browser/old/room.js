// Stands for the seed's room demo: written from what is documented of its events (docs/room-demo.md). The newcomer makes the offers.
'use strict';
const socket = io(webim.rooms);
const peers = new Map();
const log = [];
Object.assign(window, { socket, peers, log });
for (const event of ['connect', 'disconnect', 'joined', 'created', 'offer', 'answer', 'candidate', 'exit', 'leader', 'error'])
  socket.on(event, (payload) => log.push({ event, ...payload }));

const media = navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 160, height: 120, frameRate: 10 } });
media.then((stream) => (document.getElementById('own').srcObject = stream));
let room = '';

async function peer(id) {
  if (peers.has(id)) return peers.get(id);
  const pc = new RTCPeerConnection();
  peers.set(id, pc);
  pc.onicecandidate = ({ candidate }) => {
    if (!candidate?.candidate) return;
    const { sdpMid, sdpMLineIndex } = candidate;
    socket.emit('candidate', { from: socket.id, to: id, room, candidate: { sdpMid, sdpMLineIndex, sdp: candidate.candidate } });
  };
  pc.ontrack = ({ track, streams }) => {
    if (track.kind !== 'video') return;
    const video = Object.assign(document.createElement('video'), { autoplay: true, muted: true, playsInline: true, srcObject: streams[0] });
    video.dataset.peer = id;
    document.getElementById('others').append(video);
  };
  const stream = await media;
  for (const track of stream.getTracks()) pc.addTrack(track, stream);
  return pc;
}

// One after the other: a candidate waits for the description before it.
let last = Promise.resolve();
const inTurn = (work) => (payload) => (last = last.then(() => work(payload)).catch((error) => log.push({ event: 'failed', error: String(error) })));

socket.on('created', inTurn(async ({ peers: others }) => {
  for (const { id } of others) {
    const pc = await peer(id);
    await pc.setLocalDescription();
    socket.emit('offer', { from: socket.id, to: id, room, sdp: pc.localDescription.sdp });
  }
}));
socket.on('offer', inTurn(async ({ from, sdp }) => {
  const pc = await peer(from);
  await pc.setRemoteDescription({ type: 'offer', sdp });
  await pc.setLocalDescription();
  socket.emit('answer', { from: socket.id, to: from, room, sdp: pc.localDescription.sdp });
}));
socket.on('answer', inTurn(async ({ from, sdp }) => (await peer(from)).setRemoteDescription({ type: 'answer', sdp })));
socket.on('candidate', inTurn(async ({ from, candidate }) => {
  const { sdpMid, sdpMLineIndex, sdp } = candidate;
  await (await peer(from)).addIceCandidate({ sdpMid, sdpMLineIndex, candidate: sdp });
}));
socket.on('exit', ({ from }) => {
  peers.get(from)?.close();
  peers.delete(from);
  document.querySelector(`[data-peer="${from}"]`)?.remove();
});

window.join = (name) => socket.emit('createAndJoinRoom', { room: (room = name) });
window.leave = () => socket.emit('exit', { from: socket.id, room });
/** Frames that are shown of each other page. */
window.frames_of = () => [...document.querySelectorAll('#others video')].map((video) => video.getVideoPlaybackQuality().totalVideoFrames);
