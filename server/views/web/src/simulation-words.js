// The words of the token simulation in the language of the page; the build calls this for each.
const WORDS = {
  'Toggle Simulation Log': '显示或隐藏经过', 'Reset Simulation': '从头开始', 'Play/Pause Simulation': '继续或暂停',
  'Set Sequence Flow': '改变走向', 'Trigger Event': '触发', 'Simulation Log': '经过', 'No Entries': '还没有经过',
  'Pause Simulation': '已暂停', 'Play Simulation': '继续', 'Found unsupported elements': '有不能推演的元素',
  'Not supported': '不能推演', Finished: '结束', Process: '流程', SubProcess: '子流程', 'Service Task': '服务任务',
  'User Task': '用户任务', 'Call Activity': '调用活动', 'Business Rule Task': '业务规则任务', 'Receive Task': '接收任务',
  'Send Task': '发送任务', Task: '任务', 'Exclusive Gateway': '排他网关', 'Parallel Gateway': '并行网关',
  'Inclusive Gateway': '包容网关', 'Start Event': '开始事件', 'Intermediate Event': '中间事件',
  'Boundary Event': '边界事件', 'End Event': '结束事件', 'Token Simulation': '令牌推演',
  'Set animation speed': '快慢', 'Remove pause point': '不再停在这里', 'Add pause point': '停在这里',
  'Focus process instance': '只看这一个令牌'
};
const chinese = typeof document !== 'undefined' && document.documentElement.lang.startsWith('zh');

export const gcSimulated = text => (chinese && WORDS[text]) || text;
