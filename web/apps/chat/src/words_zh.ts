import type { Words } from './words_en.ts';

export const zh: Words = {
  title: '聊天', signIn: '登录', register: '注册账号', asGuest: '以访客身份继续', login: '用户名', password: '密码', name: '昵称',
  welcome: '欢迎回来', welcomeNew: '创建账号', welcomeGuest: '输入昵称即可进入', toRegister: '没有账号？立即注册',
  toLogin: '已有账号？登录', toGuest: '先以访客身份看看', wrongLogin: '用户名或密码错误。',
  taken: '该用户名已被占用。', closed: '此服务器未开放该功能。', tooFast: '尝试过于频繁，请稍候。', noServer: '无法连接服务器。',
  badFields: '请检查输入：{why}', ended: '会话已结束，请重新登录。', chats: '会话', newChat: '新聊天', newGroup: '新群组',
  search: '搜索消息', noChats: '还没有会话', noChatsHint: '点击 + 开始聊天。', pick: '请选择一个会话', pickHint: '消息会显示在这里。',
  write: '输入消息', send: '发送', emoji: '表情', today: '今天', yesterday: '昨天', edited: '已编辑', recalled: '消息已撤回', you: '你',
  typingOne: '{who} 正在输入…', typingMany: '{n} 人正在输入…', reply: '回复', react: '回应', edit: '编辑', recall: '撤回', pin: '置顶', unpin: '取消置顶',
  copy: '复制文字', cancel: '取消', save: '保存', retry: '重试', discard: '放弃', queued: '等待发送', sent: '已发送', read: '已读', failed: '发送失败',
  connecting: '正在连接…', retryIn: '连接已断开，{n} 秒后重试', retryNow: '立即重试', elsewhere: '聊天已在另一个窗口打开。', useHere: '在此使用',
  settings: '设置', theme: '主题', light: '浅色', dark: '深色', system: '跟随系统', language: '语言', signOut: '退出登录', back: '返回', close: '关闭',
  userNumber: '对方的编号（见其设置）', members: '成员', memberNumbers: '成员编号，用逗号分隔', groupName: '群名称', create: '创建', open: '打开', notFound: '没有找到用户。',
  loadOlder: '加载更早的消息', loadFailed: '无法加载更早的消息。', beginning: '这里是开头。', noResults: '没有找到结果。', results: '找到的消息',
  mute: '静音', unmute: '取消静音', pinChat: '置顶会话', unpinChat: '取消置顶', hide: '隐藏会话', more: '更多', unreadN: '{n} 条未读', newMessages: '新消息',
  scrollDown: '跳到最新消息', loading: '加载中…', refused: '操作失败：{why}', group: '群组', deleted: '已删除', tooLate: '已超过时间限制。',
  callMsg: '通话', callAnswered: '通话 {time}', callMissed: '未接来电', callNoAnswer: '无人接听', callRejected: '已拒绝', callBusy: '忙线', callFailed: '通话失败', notify: '通知', turnOn: '开启', on: '已开启', blocked: '已被浏览器阻止', uid: '你的编号：{n}', pickUser: '想和谁聊天？',
};
