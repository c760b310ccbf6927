//! An agent turns from one thing to another: said and counted.

use vigie_contract::event::{AgentStateChanged, Body};
use vigie_contract::text::Text;

use crate::world::{AgentId, Doing, World};

/// Turns an agent to something and says so, with the queues that the agent
/// serves meanwhile.
pub(crate) fn turn(world: &mut World, id: AgentId, doing: Doing) {
    let agent = &mut world.agents[id];
    let before = std::mem::replace(&mut agent.doing, doing);
    agent.stamp += 1;
    let agency = agent.agency;
    let subject: Text<'static> = agent.pseudonym.clone().into();
    let desk = &mut world.desks[agency];
    match (before.is_present(), doing.is_present()) {
        (false, true) => desk.present += 1,
        (true, false) => desk.present -= 1,
        _ => {}
    }
    let queues = (doing != Doing::Offline).then(|| desk.queues.clone());
    let body = Body::AgentStateChanged(AgentStateChanged {
        agency: world.code(agency),
        agent: subject.clone(),
        state: doing.state(),
        queues,
        reason: doing.reason().map(Text::from),
    });
    world.send_from(agency, subject, body);
    world
        .truth
        .agent_turns(world.now, agency, before.occupation(), doing.occupation());
}
