// The room demo's way to this cluster, in the place of Socket.IO's own script: io(url) with on, off, emit, id, connected and close.
// A page of the demo runs with this one script exchanged (docs/room-demo.md). No build step, and old browsers take it.
(function (root) {
  'use strict';

  var HEARTBEAT_MS = 25000;
  var BURST = 40; // so many at once, then so many a second: the cluster refuses more
  var PER_SECOND = 15;
  var MAX_WAITING = 1000;
  var LONGEST_PAUSE_MS = 8000;

  /** "https://host:8443/any" and "host:8443" as the address of the cluster's port; no address: the page's own host. */
  function addressOf(url) {
    var secure = /^(https|wss):/.test(url || root.location.protocol);
    var host = url ? url.replace(/^[a-z]+:\/\//, '').replace(/^\/\//, '').replace(/[\/?#].*$/, '') : root.location.host;
    return (secure ? 'wss://' : 'ws://') + host + '/';
  }

  function Socket(url) {
    this.id = undefined;
    this.connected = false;
    this._url = addressOf(url);
    this._handlers = {};
    this._waiting = [];
    this._tokens = BURST;
    this._filled = Date.now();
    this._pause = 500;
    this._closed = false;
    this._open();
  }

  Socket.prototype.on = function (event, handler) {
    (this._handlers[event] = this._handlers[event] || []).push(handler);
    return this;
  };

  Socket.prototype.off = function (event, handler) {
    var all = this._handlers[event] || [];
    this._handlers[event] = handler ? all.filter(function (one) { return one !== handler; }) : [];
    return this;
  };

  /** What is said before the connection is there waits for it. */
  Socket.prototype.emit = function (event, payload) {
    var frame = {};
    for (var name in payload || {}) frame[name] = payload[name];
    frame.cmd = 'room';
    frame.event = event;
    if (this._waiting.length >= MAX_WAITING) throw new Error('too much waits to be sent');
    this._waiting.push(JSON.stringify(frame));
    this._flush();
    return this;
  };

  Socket.prototype.close = Socket.prototype.disconnect = function () {
    this._closed = true;
    if (this._ws) this._ws.close();
    return this;
  };

  Socket.prototype._open = function () {
    var self = this;
    var ws = (this._ws = new root.WebSocket(this._url));
    ws.onopen = function () { ws.send('{"cmd":"login","for":"rooms"}'); };
    ws.onmessage = function (message) { self._hear(JSON.parse(message.data)); };
    ws.onclose = function () { self._lost(); };
  };

  Socket.prototype._hear = function (frame) {
    var event = frame.event;
    if (event === 'connect') {
      this.id = frame.id;
      this.connected = true;
      this._pause = 500;
      this._beat = setInterval(this._heartbeat.bind(this), HEARTBEAT_MS);
      this._tell('connect');
      this._flush();
    } else if (event) {
      delete frame.event;
      this._tell(event, frame);
    } else if (frame.cmd === 'error') {
      this._tell('error', frame);
    }
  };

  Socket.prototype._lost = function () {
    var was = this.connected;
    clearInterval(this._beat);
    this.connected = false;
    this.id = undefined;
    this._tell(was ? 'disconnect' : 'connect_error', 'transport close');
    if (this._closed) return;
    setTimeout(this._open.bind(this), this._pause * (0.5 + Math.random()));
    this._pause = Math.min(this._pause * 2, LONGEST_PAUSE_MS);
  };

  Socket.prototype._heartbeat = function () {
    this._ws.send('{"cmd":"message","channal":11,"type":"sys","data":""}');
  };

  Socket.prototype._flush = function () {
    var now = Date.now();
    this._tokens = Math.min(BURST, this._tokens + ((now - this._filled) / 1000) * PER_SECOND);
    this._filled = now;
    while (this.connected && this._waiting.length > 0 && this._tokens >= 1) {
      this._tokens -= 1;
      this._ws.send(this._waiting.shift());
    }
    if (this.connected && this._waiting.length > 0 && !this._later) {
      var self = this;
      this._later = setTimeout(function () { self._later = 0; self._flush(); }, 1000 / PER_SECOND);
    }
  };

  Socket.prototype._tell = function (event, payload) {
    (this._handlers[event] || []).slice().forEach(function (handler) { handler(payload); });
  };

  root.io = function (url) { return new Socket(url); };
  root.io.connect = root.io;
})(typeof window === 'undefined' ? globalThis : window);
