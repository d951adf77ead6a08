//! Commands: sent once, and the same again while their outcome is unknown.

use futures::channel::oneshot;
use leptos::prelude::*;

use super::{Client, Reply, new_id, spawn};
use crate::application::{Command, CommandEnvelope, CommandOutcome, OpenShop};
use crate::protocol::{Answer, Request, WorkerError};

/// How often a command whose outcome is unknown is sent in all.
const MAX_ATTEMPTS: u32 = 4;

impl Client {
    /// Sends a command at once and in order. Its id is made here, so that however
    /// often it is sent it happens once.
    pub fn execute(
        self,
        command: Command,
    ) -> impl Future<Output = Result<CommandOutcome, WorkerError>> + 'static {
        let request = Request::Execute(Box::new(CommandEnvelope {
            command_id: new_id(),
            actor: self.actor.get_value(),
            command,
        }));
        self.outcome_of(request)
    }

    /// As [`Client::execute`]; then waits until the views show what it did.
    pub fn execute_and_wait(
        self,
        command: Command,
    ) -> impl Future<Output = Result<CommandOutcome, WorkerError>> + 'static {
        let outcome = self.execute(command);
        async move {
            let outcome = outcome.await?;
            self.wait_until(outcome.position).await;
            Ok(outcome)
        }
    }

    /// Fills an empty log with the demo shop.
    pub fn open_demo_shop(
        self,
        shop: OpenShop,
    ) -> impl Future<Output = Result<CommandOutcome, WorkerError>> + 'static {
        self.outcome_of(Request::OpenDemoShop {
            command_id: new_id(),
            shop: Box::new(shop),
        })
    }

    fn outcome_of(
        self,
        request: Request,
    ) -> impl Future<Output = Result<CommandOutcome, WorkerError>> + 'static {
        let reply = self.submit(request);
        async move {
            match reply.await? {
                Answer::Done(outcome) => Ok(outcome),
                _ => Err(WorkerError::Malformed("an answer of another kind".into())),
            }
        }
    }

    /// The sending runs by itself: a component that goes away stops no command.
    fn submit(self, request: Request) -> impl Future<Output = Reply> + 'static {
        let (sender, receiver) = oneshot::channel();
        // On its way first: that it is may be painted while the worker works.
        let mut reply =
            Box::pin(self.request(request.clone())) as futures::future::LocalBoxFuture<_>;
        self.pending.update(|count| *count += 1);
        spawn(async move {
            let mut attempts = 1;
            let result = loop {
                match reply.await {
                    Err(WorkerError::OutcomeUnknown) if attempts < MAX_ATTEMPTS => {
                        attempts += 1;
                        reply = Box::pin(self.request(request.clone()));
                    }
                    result => break result,
                }
            };
            let _ = sender.send(result);
            self.pending
                .update(|count| *count = count.saturating_sub(1));
        });
        async move { receiver.await.unwrap_or(Err(WorkerError::OutcomeUnknown)) }
    }
}
