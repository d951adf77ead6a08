//! The first run, and the shop's settings.

use super::{Decision, Desk};
use crate::application::command::OpenShop;
use crate::application::error::CommandError;
use crate::application::repository::SHOP_ID;
use crate::codec::register_shift_tag;
use crate::domain::StreamType;
use crate::domain::register::{self, RegisterCommand, RegisterError};
use crate::domain::shift::{self, OpenShift, ShiftError};
use crate::domain::shop::{self, ConfigureShop, ShopConfigured, ShopError};
use crate::event_store::{AppendCondition, EventQuery};

/// Settings, register and first shift in one batch, so that a first run that is
/// interrupted never happened.
pub fn open(desk: &mut Desk<'_>, open: &OpenShop) -> Result<Decision, CommandError> {
    let shop = desk.repository.shop(desk.store)?;
    if shop.state.settings.is_some() {
        return Err(ShopError::AlreadyConfigured.into());
    }
    if open.register_code != desk.own_register()? {
        return Err(RegisterError::CodeFixed.into());
    }
    let register = desk.repository.register(desk.store, &open.register_code)?;
    let shift = desk.repository.shift(desk.store, &open.shift_id)?;
    if desk.newest_shift(&open.register_code)?.is_some() {
        return Err(ShiftError::RegisterHasOpenShift(open.register_code.clone()).into());
    }

    let (expected, actual) = (open.settings.currency, open.opening_float.currency());
    if expected != actual {
        return Err(ShiftError::WrongCurrency { expected, actual }.into());
    }

    let configured = shop::decide(&shop.state, ConfigureShop(open.settings.clone()))?;
    let name = RegisterCommand::Name {
        code: open.register_code.clone(),
        name: open.register_name.clone(),
    };
    let named = register::decide(&register.state, name)?;
    let opened = shift::decide(
        &shift.state,
        OpenShift {
            register: open.register_code.clone(),
            number: 1,
            opening_float: open.opening_float,
            cashier: open.cashier.clone(),
        },
    )?;

    let mut decision = Decision::default();
    decision.write(StreamType::Shop, SHOP_ID, &shop, configured);
    decision.write(
        StreamType::Register,
        open.register_code.as_str(),
        &register,
        named,
    );
    decision.write(StreamType::Shift, open.shift_id.as_str(), &shift, opened);
    // One open shift a register: this is its first.
    decision.condition = Some(AppendCondition {
        fail_if: EventQuery::tagged(register_shift_tag(open.register_code.as_str())),
        after: 0,
    });
    Ok(decision)
}

/// Other settings from now on.
pub fn configure(desk: &mut Desk<'_>, settings: &ShopConfigured) -> Result<Decision, CommandError> {
    let shop = desk.repository.shop(desk.store)?;
    if shop.state.settings.is_none() {
        return Err(ShopError::NotConfigured.into());
    }
    let configured = shop::decide(&shop.state, ConfigureShop(settings.clone()))?;
    let mut decision = Decision::default();
    decision.write(StreamType::Shop, SHOP_ID, &shop, configured);
    Ok(decision)
}
